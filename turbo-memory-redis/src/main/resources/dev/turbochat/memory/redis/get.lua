-- An answer of a cache, which counts as used now; nothing if there is none, or it is too old.
-- What it writes first is what a full server allows.
-- KEYS answers, used, ends
-- ARGV name of the answer, + for the answer and '' to ask only whether there is one
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local ends = redis.call('ZSCORE', KEYS[3], ARGV[1])
if not ends or tonumber(ends) <= now then return {} end
if ARGV[2] == '' then
  if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return {''} end
  return {}
end
local answer = redis.call('HGET', KEYS[1], ARGV[1])
if not answer then return {} end
redis.call('ZREM', KEYS[2], '')
redis.call('ZADD', KEYS[2], 'XX', string.format('%.0f', now), ARGV[1])
return {answer}
