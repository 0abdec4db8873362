// Reproducible randomness: the seed is printed, and --seed replays the moments and the edits.
export class Random {
  constructor(seed) {
    this.state = seed >>> 0
  }

  // In [0, 1). Mulberry32.
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  below(n) {
    return Math.floor(this.next() * n)
  }

  chance(probability) {
    return this.next() < probability
  }

  pick(list) {
    return list[this.below(list.length)]
  }
}

// --name value pairs of the command line, over defaults.
export function options(defaults) {
  const out = { ...defaults }
  const words = process.argv.slice(2)
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i].replace(/^--/, '')
    if (!(name in out) || words[i + 1] === undefined) throw new Error(`unknown option ${words[i]}`)
    out[name] = typeof out[name] === 'number' ? Number(words[i + 1]) : words[i + 1]
  }
  return out
}
