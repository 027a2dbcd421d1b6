-- Lengthens a lease. What it writes first is what a full server allows, and changes nothing.
-- KEYS meta, log, inbox, blobs
-- ARGV epoch, nonce, lease in ms, ttl in ms or 0
local m = redis.call('HMGET', KEYS[1], 'epoch', 'nonce')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if m[1] ~= ARGV[1] or m[2] ~= ARGV[2] then return {'FENCED'} end
redis.call('HDEL', KEYS[1], '-')
redis.call('HSET', KEYS[1], 'until', now + ARGV[3])
if ARGV[4] ~= '0' then
  for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, now + ARGV[4]) end
end
return {'OK'}
