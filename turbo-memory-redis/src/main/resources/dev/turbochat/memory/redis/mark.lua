-- Notes in an index that a session is to be looked after at a time, or sooner.
-- KEYS wake, marked
-- ARGV name of the session, time in ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], 'LT', ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], now)
return now
