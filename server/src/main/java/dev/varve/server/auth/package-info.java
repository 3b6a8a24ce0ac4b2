/** Who a client is: credentials in a file, and the access tokens that they are exchanged for. */
package dev.varve.server.auth;
