export interface Keyward {
  url: string
  token: string
  run: (...args: string[]) => Promise<string>
  stop: () => Promise<void>
  log: () => string
}

export function startKeyward(...settings: string[]): Promise<Keyward>
