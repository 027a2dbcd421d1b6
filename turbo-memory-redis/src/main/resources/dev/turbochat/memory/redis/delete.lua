-- Removes a session that nobody owns, and leaves a tombstone for a while, in which late owners find that it was deleted.
-- KEYS meta, log, inbox, blobs, tombstone
-- ARGV how long the tombstone stays in ms, how many incarnations it holds at most
local m = redis.call('HMGET', KEYS[1], 'nonce', 'until', 'owner', 'inc')
redis.call('LLEN', KEYS[5]) -- fails here, before the first write, if it is something else
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if m[1] and tonumber(m[2]) > now then return {'BUSY', m[3], m[2] - now} end
local removed = redis.call('DEL', unpack(KEYS, 1, 4)) -- first, since a full server allows it
if m[4] then
  redis.call('LPUSH', KEYS[5], m[4])
  redis.call('LTRIM', KEYS[5], 0, ARGV[2] - 1)
  redis.call('PEXPIRE', KEYS[5], ARGV[1])
end
return {'OK', removed}
