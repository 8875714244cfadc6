# The table of scripts/bench: cells separated by tabs, each the median over the
# rounds, and the ratio the median of the ratios within a round.
#
# Reads two files: the work (name;arguments;floor and aim;servers), and the
# results (name server round key=value...), where "failed" may stand for figures.
function median(values, count,   i, j, held) {
  for (i = 2; i <= count; i++) {
    held = values[i]
    for (j = i - 1; j >= 1 && values[j] > held; j--) values[j + 1] = values[j]
    values[j + 1] = held
  }
  if (count % 2) return values[(count + 1) / 2]
  return (values[count / 2] + values[count / 2 + 1]) / 2
}
function middle(name, who, what,   round, count, values) {
  for (round = 1; round <= rounds; round++) {
    if ((name, who, round, what) in figure) {
      values[++count] = figure[name, who, round, what]
    }
  }
  return count ? median(values, count) : "-"
}
function cpu(name, who, round) {
  if (!((name, who, round, "cpu_us") in figure)) return 0
  return figure[name, who, round, "cpu_us"]
}
function ratio(name, who,   round, count, values) {
  for (round = 1; round <= rounds; round++) {
    if (cpu(name, who, round) > 0 && cpu(name, "bare", round) > 0) {
      values[++count] = cpu(name, "bare", round) / cpu(name, who, round)
    }
  }
  return count ? median(values, count) : "-"
}
function sum(name, who, what,   round, total) {
  for (round = 1; round <= rounds; round++) {
    if ((name, who, round, what) in figure) {
      total += figure[name, who, round, what]
    }
  }
  return total + 0
}
function troubles(name, who,   text, i, count) {
  for (i = 1; i <= split("lost wrong repeated reordered", kinds, " "); i++) {
    count = sum(name, who, kinds[i])
    if (count > 0) text = text (text ? ", " : "") count " " kinds[i]
  }
  count = sum(name, who, "failed")
  if (count > 0) text = text (text ? ", " : "") count " failed"
  return text ? text : "0"
}
function digits(value) {
  if (value == "-") return value
  return sprintf(value < 1 ? "%.3f" : value < 100 ? "%.2f" : "%.0f", value)
}
function whole(value) { return value == "-" ? value : sprintf("%.0f", value) }
function verdict(value, floor, aim) {
  if (floor == "-" || value == "-") return "-"
  if (floor > 1) return value <= aim ? "aim" : value <= floor ? "floor" : "below"
  return value >= aim ? "aim" : value >= floor ? "floor" : "below"
}
FILENAME == ARGV[1] {
  split($0, part, ";")
  split(part[3], target, " ")
  names[++name_count] = part[1]
  servers[part[1]] = part[4]
  floors[part[1]] = target[1]
  aims[part[1]] = target[2]
  next
}
{
  if ($3 > rounds) rounds = $3
  seen[$1, $2] = 1
  if ($4 == "failed") figure[$1, $2, $3, "failed"] = 1
  for (i = 4; i <= NF; i++) {
    if (split($i, pair, "=") == 2) figure[$1, $2, $3, pair[1]] = pair[2]
  }
}
END {
  OFS = "\t"
  print "work", "server", "CPU us", "ratio", "floor", "aim", "papo", \
    "per second", "p50 us", "p99 us", "p99.9 us", "errors"
  for (n = 1; n <= name_count; n++) {
    name = names[n]
    count = split(servers[name], who, " ")
    for (i = 1; i <= count; i++) {
      if (!((name, who[i]) in seen)) continue
      papo = who[i] == "papo"
      floor = papo ? floors[name] : "-"
      aim = papo ? aims[name] : "-"
      if (name ~ /^idle/) {
        each = middle(name, who[i], "resident_each")
        print name, who[i], whole(each) (each == "-" ? "" : " B"), "-", \
          floor, aim, verdict(each, floor, aim), "-", "-", "-", "-", \
          troubles(name, who[i])
        continue
      }
      value = ratio(name, who[i])
      timed = name !~ /^accept/
      print name, who[i], digits(middle(name, who[i], "cpu_us")), \
        digits(value), floor, aim, verdict(value, floor, aim), \
        whole(middle(name, who[i], "per_second")), \
        timed ? whole(middle(name, who[i], "p50_us")) : "-", \
        timed ? whole(middle(name, who[i], "p99_us")) : "-", \
        timed ? whole(middle(name, who[i], "p999_us")) : "-", \
        troubles(name, who[i])
    }
  }
}
