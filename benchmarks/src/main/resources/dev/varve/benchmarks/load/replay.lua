-- Sends the requests of a file in turn, over and over: `wrk -s replay.lua URL -- FILE`.
-- The file has for each request its length in bytes, a line feed, and its bytes.
local requests = {}
local turn = 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local length = file:read("*n", "*l")
  while length do
    requests[#requests + 1] = file:read(length)
    length = file:read("*n", "*l")
  end
  file:close()
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
