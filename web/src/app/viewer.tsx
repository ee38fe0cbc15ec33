import { createContext, useContext } from 'react'
import { graphql } from '../gen'
import type { ViewerQuery } from '../gen/graphql'

export const ViewerDocument = graphql(`
  query Viewer {
    viewer {
      id
      name
      role
      workspace { id name }
      workspaces { id name }
    }
  }
`)

export type Viewer = ViewerQuery['viewer']

const Context = createContext<Viewer | undefined>(undefined)

export const ViewerProvider = Context.Provider

/** Who uses the page, and what they may do here. */
export function useViewer(): Viewer & { mayChange: boolean; mayManage: boolean } {
  const viewer = useContext(Context)
  if (!viewer) throw new Error('useViewer outside of a workspace')
  return { ...viewer, mayChange: viewer.role === 'OWNER' || viewer.role === 'EDITOR', mayManage: viewer.role === 'OWNER' }
}
