const path = /^\/(?![/\\])/

/** The address as a path of this site; undefined where it leads elsewhere: a sign-in must take nobody to another site. */
export function pathHere(address: unknown): string | undefined {
  if (typeof address !== 'string' || !path.test(address)) return undefined
  try {
    const { origin, pathname, search, hash } = new URL(address, location.origin)
    // Resolved, /.//elsewhere is //elsewhere, which is another site's.
    return origin === location.origin && path.test(pathname) ? pathname + search + hash : undefined
  } catch {
    return undefined
  }
}
