// The tabs that a visitor finds: the way of a credential from its making to its end, with the sample Petstore.

interface Tab {
  query: string
  variables?: string
}

const errorFields = '... on Error { code message path }'
const credentialId = 'cred_… from tab 2'
const flowId = 'flow_… from tab 4'

export const walkThrough: Tab[] = [
  {
    query: `# 1. What does the Petstore ask for?
#
# Sign in, or connect with an API token above, then
# run the tabs from left to right (Ctrl-Enter).

query Component {
  component(key: "petstore") {
    id
    title
    authMethods {
      key
      title
      fields { key label secret required }
    }
  }
}
`,
  },
  {
    query: `# 2. Keyward tries the key with the Petstore,
# and saves only one that works. Change "secret"
# to something else to see it refused.

mutation CreateCredential($input: CreateCredentialInput!) {
  createCredential(input: $input) {
    ... on CreateCredentialSuccess {
      credential {
        id
        name
        status
        fields { label isSet value hint }
        lastVerification { outcome message }
      }
    }
    ... on ValidationError { issues { path message } }
    ... on VerificationFailedError {
      verification { outcome reason }
    }
    ${errorFields}
  }
}
`,
    variables: `{
  "input": {
    "componentId": "cmp_petstore",
    "fields": [{ "key": "apiKey", "value": "secret" }],
    "saveUnverified": false
  }
}`,
  },
  {
    query: `# 3. What this workspace holds.
# No field of the API shows a key again.

query Credentials {
  credentials(first: 20) {
    totalCount
    nodes {
      id
      name
      status
      version
      component { title }
      activeFlowCount
    }
  }
}
`,
  },
  {
    query: `# 4. A flow with a step that uses the credential.
# Put the credential's id into the variables.

mutation CreateFlow($input: CreateFlowInput!) {
  createFlow(input: $input) {
    ... on CreateFlowSuccess {
      flow {
        id
        name
        status
        steps {
          key
          component { title }
          credential { id name }
        }
        problems { stepKey kind message }
      }
    }
    ... on ValidationError { issues { path message } }
    ... on ComponentMismatchError {
      expected { title }
      actual { title }
    }
    ${errorFields}
  }
}
`,
    variables: `{
  "input": {
    "name": "Pets on offer",
    "steps": [{
      "credentialId": "${credentialId}",
      "componentId": "cmp_petstore",
      "function": "getPetsByStatus",
      "key": "pets"
    }]
  }
}`,
  },
  {
    query: `# 5. Switch it on: put in the flow's id.

mutation ActivateFlow($input: ActivateFlowInput!) {
  activateFlow(input: $input) {
    ... on ActivateFlowSuccess { flow { id name status } }
    ... on FlowNotActivatableError {
      problems { stepKey kind message }
    }
    ${errorFields}
  }
}
`,
    variables: `{
  "input": { "id": "${flowId}" }
}`,
  },
  {
    query: `# 6. An active flow needs its credential: this is
# refused, and names the flow.

mutation DeleteCredential($input: DeleteCredentialInput!) {
  deleteCredential(input: $input) {
    ... on DeleteCredentialSuccess { deletedCredentialId }
    ... on CredentialInUseError {
      activeFlowCount
      activeFlows { nodes { id name } }
    }
    ${errorFields}
  }
}
`,
    variables: `{
  "input": { "id": "${credentialId}" }
}`,
  },
  {
    query: `# 7. Switch the flow off, and the credential can go.
# Mutations run one after the other.

mutation StopAndDelete(
  $flow: DeactivateFlowInput!
  $credential: DeleteCredentialInput!
) {
  deactivateFlow(input: $flow) {
    ... on DeactivateFlowSuccess { flow { name status } }
    ${errorFields}
  }
  deleteCredential(input: $credential) {
    ... on DeleteCredentialSuccess { deletedCredentialId }
    ... on CredentialInUseError {
      activeFlows { nodes { id name } }
    }
    ${errorFields}
  }
}
`,
    variables: `{
  "flow": { "id": "${flowId}" },
  "credential": { "id": "${credentialId}" }
}`,
  },
]
