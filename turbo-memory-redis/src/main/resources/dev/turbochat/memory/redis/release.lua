-- Lets go of a session. What it writes first is what a full server allows.
-- KEYS meta, log, inbox
-- ARGV epoch, nonce, wake or '' or '=' to leave it, latest time or ''
local m = redis.call('HMGET', KEYS[1], 'epoch', 'nonce')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if m[1] ~= ARGV[1] or m[2] ~= ARGV[2] then return {'FENCED'} end
if ARGV[4] ~= '' and now > tonumber(ARGV[4]) then return {'STALE'} end
redis.call('HDEL', KEYS[1], 'nonce', 'until', 'owner')
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], 'wake')
elseif ARGV[3] ~= '=' then
  redis.call('HSET', KEYS[1], 'wake', ARGV[3])
end
return {'OK'}
