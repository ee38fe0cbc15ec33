/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment ProblemFields on Error {\n    __typename\n    code\n    message\n    path\n  }\n": typeof types.ProblemFieldsFragmentDoc,
    "\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      workspace { id name }\n      workspaces { id name }\n    }\n  }\n": typeof types.ViewerDocument,
    "\n  query Credential($id: ID!) {\n    credential(id: $id) {\n      ...CredentialRow\n      fields { label secret }\n      component { id key title iconUrl authMethods { ...FieldSpecs } }\n      tags\n      grantedScopes\n      accessTokenExpiresAt\n      createdAt\n      updatedAt\n      verifications(first: 50) { outcome reason message checkedAt durationMs }\n    }\n  }\n": typeof types.CredentialDocument,
    "\n  query CredentialFlows($id: ID!, $after: String) {\n    credential(id: $id) {\n      id\n      flows(first: 20, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { id name status }\n      }\n    }\n  }\n": typeof types.CredentialFlowsDocument,
    "\n  query CredentialEvents($id: ID!, $after: String) {\n    auditEvents(first: 20, after: $after, filter: { targetId: $id }) {\n      pageInfo { hasNextPage endCursor }\n      nodes {\n        id\n        at\n        action\n        outcome\n        actor { kind id name }\n        relatedId\n        detail\n        address\n      }\n    }\n  }\n": typeof types.CredentialEventsDocument,
    "\n  mutation VerifyAgain($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess {\n        credential { id status }\n        verification { outcome reason message }\n      }\n      ... on RateLimitedError { retryAfterMs }\n      ...ProblemFields\n    }\n  }\n": typeof types.VerifyAgainDocument,
    "\n  fragment FieldSpecs on AuthMethod {\n    key\n    title\n    kind\n    verifiable\n    fields {\n      key\n      label\n      view\n      required\n      secret\n      placeholder\n      note\n      helpUrl\n      options { value label }\n      pattern\n      patternMessage\n      group\n      visibleWhen { field oneOf }\n      defaultValue\n      destination\n    }\n  }\n": typeof types.FieldSpecsFragmentDoc,
    "\n  fragment CredentialRow on Credential {\n    id\n    version\n    name\n    status\n    fields { key isSet value values hint }\n    authMethod { ...FieldSpecs }\n    lastVerification { outcome reason message checkedAt }\n    lastUsedAt\n    activeFlowCount\n    flows(first: 3) {\n      totalCount\n      nodes { id name status }\n    }\n  }\n": typeof types.CredentialRowFragmentDoc,
    "\n  query Catalog($filter: ComponentFilter, $after: String) {\n    components(first: 100, after: $after, filter: $filter) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id key title description category iconUrl requiresCredential credentialCount }\n    }\n  }\n": typeof types.CatalogDocument,
    "\n  query Component($key: String!, $after: String) {\n    component(key: $key) {\n      id\n      key\n      title\n      description\n      docsUrl\n      iconUrl\n      requiresCredential\n      credentialCount\n      authMethods { ...FieldSpecs }\n      credentials(first: 50, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { ...CredentialRow }\n      }\n    }\n  }\n": typeof types.ComponentDocument,
    "\n  mutation CreateCredential($input: CreateCredentialInput!) {\n    createCredential(input: $input) {\n      __typename\n      ... on CreateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n": typeof types.CreateCredentialDocument,
    "\n  mutation UpdateCredential($input: UpdateCredentialInput!) {\n    updateCredential(input: $input) {\n      __typename\n      ... on UpdateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n": typeof types.UpdateCredentialDocument,
    "\n  mutation DeleteCredential($input: DeleteCredentialInput!) {\n    deleteCredential(input: $input) {\n      __typename\n      ... on DeleteCredentialSuccess { deletedCredentialId }\n      ... on CredentialInUseError {\n        activeFlowCount\n        activeFlows(first: 100) { nodes { id name } }\n      }\n      ...ProblemFields\n    }\n  }\n": typeof types.DeleteCredentialDocument,
    "\n  mutation VerifyCredential($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess { verification { outcome reason message } }\n      ...ProblemFields\n    }\n  }\n": typeof types.VerifyCredentialDocument,
    "\n  mutation ReplaceCredential($input: ReplaceCredentialInput!) {\n    replaceCredential(input: $input) {\n      __typename\n      ... on ReplaceCredentialSuccess { flowCount }\n      ...ProblemFields\n    }\n  }\n": typeof types.ReplaceCredentialDocument,
    "\n  mutation StopFlow($input: DeactivateFlowInput!) {\n    deactivateFlow(input: $input) {\n      __typename\n      ... on DeactivateFlowSuccess { flow { id name status } }\n      ...ProblemFields\n    }\n  }\n": typeof types.StopFlowDocument,
    "\n  mutation DeleteFlow($input: DeleteFlowInput!) {\n    deleteFlow(input: $input) {\n      __typename\n      ... on DeleteFlowSuccess { deletedFlowId }\n      ...ProblemFields\n    }\n  }\n": typeof types.DeleteFlowDocument,
    "\n  query Others($componentId: ID!) {\n    credentials(first: 100, filter: { componentId: $componentId }) {\n      nodes { id name status }\n    }\n  }\n": typeof types.OthersDocument,
    "\n  fragment FlowFields on Flow {\n    id\n    version\n    name\n    status\n    updatedAt\n    steps {\n      key\n      position\n      function\n      component { id key title iconUrl requiresCredential }\n      credential { id name status }\n    }\n    problems { stepKey kind message }\n  }\n": typeof types.FlowFieldsFragmentDoc,
};
const documents: Documents = {
    "\n  fragment ProblemFields on Error {\n    __typename\n    code\n    message\n    path\n  }\n": types.ProblemFieldsFragmentDoc,
    "\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      workspace { id name }\n      workspaces { id name }\n    }\n  }\n": types.ViewerDocument,
    "\n  query Credential($id: ID!) {\n    credential(id: $id) {\n      ...CredentialRow\n      fields { label secret }\n      component { id key title iconUrl authMethods { ...FieldSpecs } }\n      tags\n      grantedScopes\n      accessTokenExpiresAt\n      createdAt\n      updatedAt\n      verifications(first: 50) { outcome reason message checkedAt durationMs }\n    }\n  }\n": types.CredentialDocument,
    "\n  query CredentialFlows($id: ID!, $after: String) {\n    credential(id: $id) {\n      id\n      flows(first: 20, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { id name status }\n      }\n    }\n  }\n": types.CredentialFlowsDocument,
    "\n  query CredentialEvents($id: ID!, $after: String) {\n    auditEvents(first: 20, after: $after, filter: { targetId: $id }) {\n      pageInfo { hasNextPage endCursor }\n      nodes {\n        id\n        at\n        action\n        outcome\n        actor { kind id name }\n        relatedId\n        detail\n        address\n      }\n    }\n  }\n": types.CredentialEventsDocument,
    "\n  mutation VerifyAgain($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess {\n        credential { id status }\n        verification { outcome reason message }\n      }\n      ... on RateLimitedError { retryAfterMs }\n      ...ProblemFields\n    }\n  }\n": types.VerifyAgainDocument,
    "\n  fragment FieldSpecs on AuthMethod {\n    key\n    title\n    kind\n    verifiable\n    fields {\n      key\n      label\n      view\n      required\n      secret\n      placeholder\n      note\n      helpUrl\n      options { value label }\n      pattern\n      patternMessage\n      group\n      visibleWhen { field oneOf }\n      defaultValue\n      destination\n    }\n  }\n": types.FieldSpecsFragmentDoc,
    "\n  fragment CredentialRow on Credential {\n    id\n    version\n    name\n    status\n    fields { key isSet value values hint }\n    authMethod { ...FieldSpecs }\n    lastVerification { outcome reason message checkedAt }\n    lastUsedAt\n    activeFlowCount\n    flows(first: 3) {\n      totalCount\n      nodes { id name status }\n    }\n  }\n": types.CredentialRowFragmentDoc,
    "\n  query Catalog($filter: ComponentFilter, $after: String) {\n    components(first: 100, after: $after, filter: $filter) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id key title description category iconUrl requiresCredential credentialCount }\n    }\n  }\n": types.CatalogDocument,
    "\n  query Component($key: String!, $after: String) {\n    component(key: $key) {\n      id\n      key\n      title\n      description\n      docsUrl\n      iconUrl\n      requiresCredential\n      credentialCount\n      authMethods { ...FieldSpecs }\n      credentials(first: 50, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { ...CredentialRow }\n      }\n    }\n  }\n": types.ComponentDocument,
    "\n  mutation CreateCredential($input: CreateCredentialInput!) {\n    createCredential(input: $input) {\n      __typename\n      ... on CreateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n": types.CreateCredentialDocument,
    "\n  mutation UpdateCredential($input: UpdateCredentialInput!) {\n    updateCredential(input: $input) {\n      __typename\n      ... on UpdateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n": types.UpdateCredentialDocument,
    "\n  mutation DeleteCredential($input: DeleteCredentialInput!) {\n    deleteCredential(input: $input) {\n      __typename\n      ... on DeleteCredentialSuccess { deletedCredentialId }\n      ... on CredentialInUseError {\n        activeFlowCount\n        activeFlows(first: 100) { nodes { id name } }\n      }\n      ...ProblemFields\n    }\n  }\n": types.DeleteCredentialDocument,
    "\n  mutation VerifyCredential($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess { verification { outcome reason message } }\n      ...ProblemFields\n    }\n  }\n": types.VerifyCredentialDocument,
    "\n  mutation ReplaceCredential($input: ReplaceCredentialInput!) {\n    replaceCredential(input: $input) {\n      __typename\n      ... on ReplaceCredentialSuccess { flowCount }\n      ...ProblemFields\n    }\n  }\n": types.ReplaceCredentialDocument,
    "\n  mutation StopFlow($input: DeactivateFlowInput!) {\n    deactivateFlow(input: $input) {\n      __typename\n      ... on DeactivateFlowSuccess { flow { id name status } }\n      ...ProblemFields\n    }\n  }\n": types.StopFlowDocument,
    "\n  mutation DeleteFlow($input: DeleteFlowInput!) {\n    deleteFlow(input: $input) {\n      __typename\n      ... on DeleteFlowSuccess { deletedFlowId }\n      ...ProblemFields\n    }\n  }\n": types.DeleteFlowDocument,
    "\n  query Others($componentId: ID!) {\n    credentials(first: 100, filter: { componentId: $componentId }) {\n      nodes { id name status }\n    }\n  }\n": types.OthersDocument,
    "\n  fragment FlowFields on Flow {\n    id\n    version\n    name\n    status\n    updatedAt\n    steps {\n      key\n      position\n      function\n      component { id key title iconUrl requiresCredential }\n      credential { id name status }\n    }\n    problems { stepKey kind message }\n  }\n": types.FlowFieldsFragmentDoc,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ProblemFields on Error {\n    __typename\n    code\n    message\n    path\n  }\n"): (typeof documents)["\n  fragment ProblemFields on Error {\n    __typename\n    code\n    message\n    path\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      workspace { id name }\n      workspaces { id name }\n    }\n  }\n"): (typeof documents)["\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      workspace { id name }\n      workspaces { id name }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Credential($id: ID!) {\n    credential(id: $id) {\n      ...CredentialRow\n      fields { label secret }\n      component { id key title iconUrl authMethods { ...FieldSpecs } }\n      tags\n      grantedScopes\n      accessTokenExpiresAt\n      createdAt\n      updatedAt\n      verifications(first: 50) { outcome reason message checkedAt durationMs }\n    }\n  }\n"): (typeof documents)["\n  query Credential($id: ID!) {\n    credential(id: $id) {\n      ...CredentialRow\n      fields { label secret }\n      component { id key title iconUrl authMethods { ...FieldSpecs } }\n      tags\n      grantedScopes\n      accessTokenExpiresAt\n      createdAt\n      updatedAt\n      verifications(first: 50) { outcome reason message checkedAt durationMs }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CredentialFlows($id: ID!, $after: String) {\n    credential(id: $id) {\n      id\n      flows(first: 20, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { id name status }\n      }\n    }\n  }\n"): (typeof documents)["\n  query CredentialFlows($id: ID!, $after: String) {\n    credential(id: $id) {\n      id\n      flows(first: 20, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { id name status }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CredentialEvents($id: ID!, $after: String) {\n    auditEvents(first: 20, after: $after, filter: { targetId: $id }) {\n      pageInfo { hasNextPage endCursor }\n      nodes {\n        id\n        at\n        action\n        outcome\n        actor { kind id name }\n        relatedId\n        detail\n        address\n      }\n    }\n  }\n"): (typeof documents)["\n  query CredentialEvents($id: ID!, $after: String) {\n    auditEvents(first: 20, after: $after, filter: { targetId: $id }) {\n      pageInfo { hasNextPage endCursor }\n      nodes {\n        id\n        at\n        action\n        outcome\n        actor { kind id name }\n        relatedId\n        detail\n        address\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation VerifyAgain($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess {\n        credential { id status }\n        verification { outcome reason message }\n      }\n      ... on RateLimitedError { retryAfterMs }\n      ...ProblemFields\n    }\n  }\n"): (typeof documents)["\n  mutation VerifyAgain($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess {\n        credential { id status }\n        verification { outcome reason message }\n      }\n      ... on RateLimitedError { retryAfterMs }\n      ...ProblemFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment FieldSpecs on AuthMethod {\n    key\n    title\n    kind\n    verifiable\n    fields {\n      key\n      label\n      view\n      required\n      secret\n      placeholder\n      note\n      helpUrl\n      options { value label }\n      pattern\n      patternMessage\n      group\n      visibleWhen { field oneOf }\n      defaultValue\n      destination\n    }\n  }\n"): (typeof documents)["\n  fragment FieldSpecs on AuthMethod {\n    key\n    title\n    kind\n    verifiable\n    fields {\n      key\n      label\n      view\n      required\n      secret\n      placeholder\n      note\n      helpUrl\n      options { value label }\n      pattern\n      patternMessage\n      group\n      visibleWhen { field oneOf }\n      defaultValue\n      destination\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment CredentialRow on Credential {\n    id\n    version\n    name\n    status\n    fields { key isSet value values hint }\n    authMethod { ...FieldSpecs }\n    lastVerification { outcome reason message checkedAt }\n    lastUsedAt\n    activeFlowCount\n    flows(first: 3) {\n      totalCount\n      nodes { id name status }\n    }\n  }\n"): (typeof documents)["\n  fragment CredentialRow on Credential {\n    id\n    version\n    name\n    status\n    fields { key isSet value values hint }\n    authMethod { ...FieldSpecs }\n    lastVerification { outcome reason message checkedAt }\n    lastUsedAt\n    activeFlowCount\n    flows(first: 3) {\n      totalCount\n      nodes { id name status }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Catalog($filter: ComponentFilter, $after: String) {\n    components(first: 100, after: $after, filter: $filter) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id key title description category iconUrl requiresCredential credentialCount }\n    }\n  }\n"): (typeof documents)["\n  query Catalog($filter: ComponentFilter, $after: String) {\n    components(first: 100, after: $after, filter: $filter) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id key title description category iconUrl requiresCredential credentialCount }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Component($key: String!, $after: String) {\n    component(key: $key) {\n      id\n      key\n      title\n      description\n      docsUrl\n      iconUrl\n      requiresCredential\n      credentialCount\n      authMethods { ...FieldSpecs }\n      credentials(first: 50, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { ...CredentialRow }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Component($key: String!, $after: String) {\n    component(key: $key) {\n      id\n      key\n      title\n      description\n      docsUrl\n      iconUrl\n      requiresCredential\n      credentialCount\n      authMethods { ...FieldSpecs }\n      credentials(first: 50, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { ...CredentialRow }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateCredential($input: CreateCredentialInput!) {\n    createCredential(input: $input) {\n      __typename\n      ... on CreateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n"): (typeof documents)["\n  mutation CreateCredential($input: CreateCredentialInput!) {\n    createCredential(input: $input) {\n      __typename\n      ... on CreateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateCredential($input: UpdateCredentialInput!) {\n    updateCredential(input: $input) {\n      __typename\n      ... on UpdateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateCredential($input: UpdateCredentialInput!) {\n    updateCredential(input: $input) {\n      __typename\n      ... on UpdateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteCredential($input: DeleteCredentialInput!) {\n    deleteCredential(input: $input) {\n      __typename\n      ... on DeleteCredentialSuccess { deletedCredentialId }\n      ... on CredentialInUseError {\n        activeFlowCount\n        activeFlows(first: 100) { nodes { id name } }\n      }\n      ...ProblemFields\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteCredential($input: DeleteCredentialInput!) {\n    deleteCredential(input: $input) {\n      __typename\n      ... on DeleteCredentialSuccess { deletedCredentialId }\n      ... on CredentialInUseError {\n        activeFlowCount\n        activeFlows(first: 100) { nodes { id name } }\n      }\n      ...ProblemFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation VerifyCredential($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess { verification { outcome reason message } }\n      ...ProblemFields\n    }\n  }\n"): (typeof documents)["\n  mutation VerifyCredential($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess { verification { outcome reason message } }\n      ...ProblemFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReplaceCredential($input: ReplaceCredentialInput!) {\n    replaceCredential(input: $input) {\n      __typename\n      ... on ReplaceCredentialSuccess { flowCount }\n      ...ProblemFields\n    }\n  }\n"): (typeof documents)["\n  mutation ReplaceCredential($input: ReplaceCredentialInput!) {\n    replaceCredential(input: $input) {\n      __typename\n      ... on ReplaceCredentialSuccess { flowCount }\n      ...ProblemFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StopFlow($input: DeactivateFlowInput!) {\n    deactivateFlow(input: $input) {\n      __typename\n      ... on DeactivateFlowSuccess { flow { id name status } }\n      ...ProblemFields\n    }\n  }\n"): (typeof documents)["\n  mutation StopFlow($input: DeactivateFlowInput!) {\n    deactivateFlow(input: $input) {\n      __typename\n      ... on DeactivateFlowSuccess { flow { id name status } }\n      ...ProblemFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteFlow($input: DeleteFlowInput!) {\n    deleteFlow(input: $input) {\n      __typename\n      ... on DeleteFlowSuccess { deletedFlowId }\n      ...ProblemFields\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteFlow($input: DeleteFlowInput!) {\n    deleteFlow(input: $input) {\n      __typename\n      ... on DeleteFlowSuccess { deletedFlowId }\n      ...ProblemFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Others($componentId: ID!) {\n    credentials(first: 100, filter: { componentId: $componentId }) {\n      nodes { id name status }\n    }\n  }\n"): (typeof documents)["\n  query Others($componentId: ID!) {\n    credentials(first: 100, filter: { componentId: $componentId }) {\n      nodes { id name status }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment FlowFields on Flow {\n    id\n    version\n    name\n    status\n    updatedAt\n    steps {\n      key\n      position\n      function\n      component { id key title iconUrl requiresCredential }\n      credential { id name status }\n    }\n    problems { stepKey kind message }\n  }\n"): (typeof documents)["\n  fragment FlowFields on Flow {\n    id\n    version\n    name\n    status\n    updatedAt\n    steps {\n      key\n      position\n      function\n      component { id key title iconUrl requiresCredential }\n      credential { id name status }\n    }\n    problems { stepKey kind message }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;