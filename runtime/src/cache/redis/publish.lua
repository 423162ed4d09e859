-- ARGV[3]: how many fields the state may have. ARGV[4]: who writes. ARGV[5]: the slots, eight bytes each.
local has = known()
if not has or redis.call('HLEN', state) > tonumber(ARGV[3]) then
  begin()
  return {fresh, 0}
end
local slots = ARGV[5]
local ticket = redis.call('HINCRBY', state, 'ticket', 1)
for at = 1, #slots, 8 do
  redis.call('HSET', state, string.sub(slots, at, at + 7), ticket)
end
redis.call('XADD', bus, 'MAXLEN', '~', length, '*', 'epoch', has[1], 'ticket', ticket, 'from', ARGV[4], 'slots', slots)
return {has[1], ticket}
