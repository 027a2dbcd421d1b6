-- Puts a delivery into an inbox, once. A value is 16 digits of its place, 16 of its sender's ticket, and its line. Beside
-- them are n, the last place, id, and wanted: 1 if somebody should look.
-- KEYS meta, log, inbox, blobs
-- ARGV name, ticket, line, how many may wait, id of the session, latest time, ttl in ms or 0
local inbox = KEYS[3]
local waits = redis.call('HGET', inbox, ARGV[1])
local took = redis.call('HGET', KEYS[1], 'took')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if waits then return {string.sub(waits, 17, 32) == ARGV[2] and 'OK' or 'ALREADY'} end
if took and string.find(took, ARGV[2], 1, true) then return {'OK'} end -- a repeat of what is taken by now
local waiting = math.max(redis.call('HLEN', inbox) - 3, 0)
if waiting >= tonumber(ARGV[4]) then return {'FULL', waiting} end
if now > tonumber(ARGV[6]) then return {'STALE'} end
local place = (redis.call('HGET', inbox, 'n') or 0) + 1
redis.call('HSET', inbox, ARGV[1], string.format('%016d', place) .. ARGV[2] .. ARGV[3], 'n', place, 'id', ARGV[5],
    'wanted', 1)
if ARGV[7] ~= '0' then
  for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, now + ARGV[7]) end
end
return {'OK'}
