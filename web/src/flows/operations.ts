import { graphql } from '../gen'

/** A flow as its list and its designer show it. */
export const FlowFields = graphql(`
  fragment FlowFields on Flow {
    id
    version
    name
    status
    updatedAt
    steps {
      key
      position
      function
      component { id key title iconUrl requiresCredential }
      credential { id name status }
    }
    problems { stepKey kind message }
  }
`)
