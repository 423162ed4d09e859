-- ARGV[3]: an epoch that is over, or `*` for whichever there is.
local has, now = known(), life()
if not has or ARGV[3] == '*' or ARGV[3] == has[1] or (now ~= '' and now ~= has[3]) then
  begin()
  has = known()
end
local last = redis.call('XREVRANGE', bus, '+', '-', 'COUNT', 1)
return {has[1], tonumber(has[2]), last[1] and last[1][1] or '0-0'}
