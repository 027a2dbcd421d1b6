-- Lets go of a session. What it writes first is what a full server allows.
-- KEYS meta, log, inbox, blobs
-- ARGV epoch, nonce, wake or '' or '=' to leave all as it is, latest time or '', the deliveries left on purpose
local m = redis.call('HMGET', KEYS[1], 'epoch', 'nonce')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if m[1] ~= ARGV[1] or m[2] ~= ARGV[2] then return {'FENCED'} end
if ARGV[4] ~= '' and now > tonumber(ARGV[4]) then return {'STALE'} end

local was = redis.call('HGET', KEYS[3], 'wanted')
local wanted = '0'
if was and ARGV[3] ~= '=' then
  local left = {}
  for i = 5, #ARGV do left[ARGV[i]] = true end
  for _, name in ipairs(redis.call('HKEYS', KEYS[3])) do
    if string.sub(name, 1, 1) == 'd' and not left[name] then wanted = '1' end
  end
  if wanted == '1' and was == '0' and ARGV[4] == '' then return {'WANTED'} end -- has to be marked first
end
redis.call('HDEL', KEYS[1], 'nonce', 'until', 'owner')
if ARGV[3] == '=' then return {'OK'} end
if was then redis.call('HSET', KEYS[3], 'wanted', wanted) end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], 'wake')
else
  redis.call('HSET', KEYS[1], 'wake', ARGV[3])
end
return {'OK'}
