-- Keeps an answer in a cache, then lets go of what is too old, and of what was not used for the longest time if there is no
-- room. What it writes first is what a full server refuses.
-- KEYS answers (and under '' how many bytes they need), used, ends
-- ARGV name of the answer, the answer, how long it is good for in microseconds, room in bytes
local answers, used, ends = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function text(number) return string.format('%.0f', number) end
local function size(name)
  if redis.call('HEXISTS', answers, name) == 0 then return 0 end
  return redis.call('HSTRLEN', answers, name) + 256
end
local function forget(name)
  redis.call('HINCRBY', answers, '', -size(name))
  redis.call('HDEL', answers, name)
  redis.call('ZREM', used, name)
  redis.call('ZREM', ends, name)
end

local had = size(ARGV[1])
redis.call('ZCARD', used) -- fails here, before the first write, if it is something else
redis.call('ZCARD', ends)
redis.call('HSET', answers, ARGV[1], ARGV[2])
redis.call('ZADD', used, text(now), ARGV[1])
redis.call('ZADD', ends, text(now + ARGV[3]), ARGV[1])
redis.call('HINCRBY', answers, '', size(ARGV[1]) - had)

for _, name in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', text(now), 'LIMIT', 0, 100)) do forget(name) end
while tonumber(redis.call('HGET', answers, '')) > tonumber(ARGV[4]) do
  local oldest = redis.call('ZRANGE', used, 0, 0)[1]
  if not oldest then -- the server has evicted a part
    redis.call('UNLINK', answers, used, ends)
    return {'OK'}
  end
  forget(oldest)
end
local left = math.ceil(ARGV[3] / 1000)
for _, key in ipairs(KEYS) do
  if redis.call('PTTL', key) < left then redis.call('PEXPIRE', key, text(left)) end
end
return {'OK'}
