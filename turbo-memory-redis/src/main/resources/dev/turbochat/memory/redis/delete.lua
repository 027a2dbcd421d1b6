-- Removes a session that nobody owns.
-- KEYS meta, log, inbox, blobs
local m = redis.call('HMGET', KEYS[1], 'nonce', 'until', 'owner')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if m[1] and tonumber(m[2]) > now then return {'BUSY', m[3], m[2] - now} end
return {'OK', redis.call('DEL', unpack(KEYS))}
