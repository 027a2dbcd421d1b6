-- What there is to know of a session whose turn may have come: id, time of this server when its owner's lease ends or 0,
-- wake, 1 if deliveries wait that were not left on purpose.
-- KEYS meta, log, inbox, blobs
local m = redis.call('HMGET', KEYS[1], 'id', 'nonce', 'until', 'wake')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local owned = 0
if m[2] and tonumber(m[3]) > now then owned = tonumber(m[3]) end
local inbox = redis.call('HMGET', KEYS[3], 'id', 'wanted')
return {m[1] or inbox[1] or '', owned, m[4] or '', tonumber(inbox[2] or 0)}
