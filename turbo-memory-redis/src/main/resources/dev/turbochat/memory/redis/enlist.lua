-- Notes in the list of sessions that there is one, or will be.
-- KEYS sessions
-- ARGV name of the session
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
return now
