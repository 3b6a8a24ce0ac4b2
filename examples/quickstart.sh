#!/usr/bin/env bash
# Varve's story in one page, on real flights. Start the server first: ./varve serve
set -euo pipefail
cd "$(dirname "$0")"
varve() { printf '\n$ varve %s\n' "$*"; "${VARVE:-../varve}" "$@"; }

# Three files become tables; every ingest is a commit.
varve ingest flights data/flights-2001-01.parquet --message "January 2001"
varve ingest airports data/airports.csv --key iata
varve tag create v1
varve ingest flights data/flights-2001-02.csv --message "February 2001"

# Try a clean-up on a branch: nothing is copied, and main does not see it.
varve branch create experiment
varve delete flights --where "delay < -90" --branch experiment --message "Remove impossible delays"
varve sql "SELECT min(delay) AS main FROM flights"
varve sql "SELECT min(delay) AS experiment FROM flights" --ref experiment
varve diff main experiment --rows
varve merge experiment --into main

# Ask a table about its own past.
varve sql "SELECT a.city, count(*) AS flights FROM flights f JOIN airports a ON a.iata = f.origin
           GROUP BY 1 ORDER BY 2 DESC LIMIT 3"
varve sql "SELECT now.n - past.n AS new_flights FROM (SELECT count(*) AS n FROM flights) now,
           (SELECT count(*) AS n FROM flights AT (VERSION => 'v1')) past"

# January is loaded twice by mistake; March comes after it. Undo the one, keep the other.
varve ingest flights data/flights-2001-01.parquet --message "January again, by mistake"
varve ingest flights data/flights-2001-03.jsonl --message "March 2001"
varve revert main~1
varve sql "SELECT month(date) AS month, count(*) AS flights FROM flights GROUP BY 1 ORDER BY 1"
varve log --graph --oneline
