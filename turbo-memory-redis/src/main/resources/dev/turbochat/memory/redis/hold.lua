-- Renews places; one that has lapsed is taken again, as it is in use. What it writes first is what a full server allows.
-- KEYS of each place the places of its limit
-- ARGV of each place its ticket, and how long it is taken from now on in microseconds
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZREM', KEYS[1], '')
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, string.format('%.0f', now + ARGV[2 * i]), ARGV[2 * i - 1])
  local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
  redis.call('PEXPIREAT', key, string.format('%.0f', math.ceil(last[2] / 1000)))
end
return {'OK'}
