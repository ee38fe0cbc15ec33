/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What activateFlow starts. */
export type ActivateFlowInput = {
  /** Which one. */
  id: string | number;
};

/** What can be done. */
export type AuditAction =
  /** A component of the workspace's own was deleted, or retired while something uses it. */
  | 'COMPONENT_DELETED'
  /** The workspace was given a component of its own, or a new version of one. */
  | 'COMPONENT_IMPORTED'
  /** Values were tried and not saved. */
  | 'CREDENTIAL_CHECKED'
  /** A credential was connected again, at its provider. */
  | 'CREDENTIAL_CONNECTED'
  /** A credential was saved for the first time. */
  | 'CREDENTIAL_CREATED'
  /** A credential was deleted. */
  | 'CREDENTIAL_DELETED'
  /** A step was given a credential. */
  | 'CREDENTIAL_LINKED'
  /** A credential's tokens can't be renewed any more: it has to be connected again. */
  | 'CREDENTIAL_RENEWAL_FAILED'
  /** A credential was put in the place of another one. */
  | 'CREDENTIAL_REPLACED'
  /** A credential was taken from a step. */
  | 'CREDENTIAL_UNLINKED'
  /** A credential's name, fields or tags were changed. */
  | 'CREDENTIAL_UPDATED'
  /** A saved credential was tried again. */
  | 'CREDENTIAL_VERIFIED'
  /** A flow was started. */
  | 'FLOW_ACTIVATED'
  /** A flow was made. */
  | 'FLOW_CREATED'
  /** A flow was stopped. */
  | 'FLOW_DEACTIVATED'
  /** A flow was deleted. */
  | 'FLOW_DELETED'
  /** A flow's name or steps were changed. */
  | 'FLOW_UPDATED'
  /** An invitation was used. */
  | 'INVITATION_ACCEPTED'
  /** Somebody was invited. */
  | 'INVITATION_CREATED'
  /** An invitation was taken back, or went with whoever made it. */
  | 'INVITATION_REVOKED'
  /** The workspace's keys were changed. */
  | 'KEYS_ROTATED'
  /** Somebody joined. */
  | 'MEMBER_ADDED'
  /** Somebody left, or was taken out. */
  | 'MEMBER_REMOVED'
  /** Somebody was given another role. */
  | 'MEMBER_UPDATED'
  /** The workspace's own OAuth client was taken away. */
  | 'OAUTH_CLIENT_DELETED'
  /** The workspace got an OAuth client of its own, or changed it. */
  | 'OAUTH_CLIENT_SET'
  /** A runtime was handed a credential's values. */
  | 'SECRET_READ'
  /** Somebody signed out, or ended a session from elsewhere. */
  | 'SESSION_ENDED'
  /** Somebody signed in. */
  | 'SESSION_STARTED'
  /** The operator made a sign-in link. */
  | 'SIGN_IN_LINK_CREATED'
  /** An API token was made. */
  | 'TOKEN_CREATED'
  /** An API token was taken back. */
  | 'TOKEN_REVOKED'
  /** Verifying many credentials was ended before it was done. */
  | 'VERIFICATION_CANCELED'
  /** Somebody began to verify many credentials again. What each showed has an event of its own, with the job as its related thing. */
  | 'VERIFICATION_STARTED'
  /** The workspace was made. */
  | 'WORKSPACE_CREATED'
  /** The workspace was destroyed. */
  | 'WORKSPACE_DELETED'
  /** The workspace was given another name. */
  | 'WORKSPACE_UPDATED';

/** How something ended. */
export type AuditOutcome =
  /** It was done. */
  | 'DONE'
  /** It was tried and refused: values that a service rejected, a secret that was not handed out. detail says why. */
  | 'REFUSED';

/** The sorts of credentials. */
export type AuthKind =
  /** A key that the vendor made. */
  | 'API_KEY'
  /** A user name and a password (RFC 7617). */
  | 'BASIC'
  /** A token sent as RFC 6750 says. */
  | 'BEARER'
  /** Something of the component's own. */
  | 'CUSTOM'
  /** A database login. */
  | 'DATABASE'
  /** A private key. */
  | 'KEY_PAIR'
  /** Nothing secret at all. */
  | 'NONE'
  /** OAuth 1.0a (RFC 5849). */
  | 'OAUTH1'
  /** OAuth 2.0, authorization code (RFC 6749, section 4.1). */
  | 'OAUTH2_AUTHORIZATION_CODE'
  /** OAuth 2.0, client credentials (RFC 6749, section 4.4). */
  | 'OAUTH2_CLIENT_CREDENTIALS';

/** What authorizeCredential connects. */
export type AuthorizeCredentialInput = {
  /** Defaults to the component's first method that connects by OAuth. */
  authMethod?: string | null | undefined;
  /** What to connect to; needed for a new credential. */
  componentId?: string | number | null | undefined;
  /** An existing credential to connect again: it keeps its id, its links and, where nothing else is said, its fields, scopes and name. */
  credentialId?: string | number | null | undefined;
  /** Values of the method's fields: they may stand in the provider's URLs. */
  fields?: Array<FieldInput>;
  /** Link a new credential with this step once it is saved. */
  linkTo?: StepRef | null | undefined;
  /** Up to 200 characters. Defaults to «My <component title> credential». */
  name?: string | null | undefined;
  /**
   * Where the browser goes in the end: one of the addresses that the operator allows (KEYWARD_OAUTH_RETURN_URLS), exactly. The ticket
   * is added behind a #. Defaults to this gateway's own page, which completes the authorization and shows the credential.
   */
  returnTo?: string | null | undefined;
  /** Save even though no dry request could confirm the token (UNAVAILABLE or NOT_VERIFIABLE); a REJECTED one is never saved. */
  saveUnverified?: boolean;
  /** Ask for these scopes in place of the method's: up to 100. They are kept when tokens are renewed. */
  scopes?: Array<string> | null | undefined;
  /** Words to find a new credential by: up to 20, of up to 100 characters each. Never put a secret here. */
  tags?: Array<string> | null | undefined;
};

/** What sort of caller it is. */
export type CallerKind =
  /** A program with a token of one workspace. */
  | 'API_TOKEN'
  /** Whoever runs Keyward's commands on its machine. */
  | 'OPERATOR'
  /** Somebody who is signed in. */
  | 'PERSON'
  /** Keyward by itself. */
  | 'SYSTEM';

/** Which job cancelVerificationJob ends. */
export type CancelVerificationJobInput = {
  /** Its id. */
  id: string | number;
};

/** A value that came with tokens. */
export type CapturedValueInput = {
  /** What the descriptor calls it. */
  name: string;
  /** As the provider sent it. */
  value: string;
};

/** What completeAuthorization asks about. */
export type CompleteAuthorizationInput = {
  /** What came behind the # of the return address. It can be used once, within 10 minutes, by whoever began. */
  ticket: string;
};

/** The family of a component. */
export type ComponentCategory =
  /** Customer relationship management. */
  | 'CRM'
  /** Databases. */
  | 'DATABASE'
  /** Shops and marketplaces. */
  | 'ECOMMERCE'
  /** Enterprise resource planning. */
  | 'ERP'
  /** Payments, invoices and accounting. */
  | 'FINANCE'
  /** Campaigns, mailings and analytics. */
  | 'MARKETING'
  /** Documents, mail, calendars and chat. */
  | 'OFFICE'
  /** Protocols such as REST, SFTP or AMQP. */
  | 'PROTOCOL'
  /** Other services on the web. */
  | 'SERVICE'
  /** Building blocks of flows that connect to nothing. */
  | 'UTILITY';

/** Which components to count. */
export type ComponentCategoryFilter = {
  /** Only components with at least one credential. false filters nothing. */
  connected?: boolean | null | undefined;
  /** Part of the title or key, in any case. */
  search?: string | null | undefined;
};

/** Which components to list. */
export type ComponentFilter = {
  /** Only this family. */
  category?: ComponentCategory | null | undefined;
  /** Only components with at least one credential. false filters nothing. */
  connected?: boolean | null | undefined;
  /** Part of the title or key, in any case. */
  search?: string | null | undefined;
};

/** What a token shall be. */
export type CreateApiTokenInput = {
  /** When it ends by itself; omitted means never. */
  expiresAt?: string | null | undefined;
  /** 1 to 200 characters: the system that will use it, say. */
  name: string;
  /** What it may do at most. */
  role: Role;
  /**
   * What to limit it to, of what its role holds: credentials:read, credentials:write, flows:read, flows:write, secrets:read,
   * members:manage, tokens:manage, clients:manage, components:manage,
   * audit:read. Omitted or empty means everything. The catalog of components can always be read by a role
   * that reads.
   */
  scopes?: Array<string> | null | undefined;
};

/** What createCredential saves. */
export type CreateCredentialInput = {
  /** Defaults to the component's first method. */
  authMethod?: string | null | undefined;
  /** What it connects to. */
  componentId: string | number;
  /** When whoever issued the key lets it end: a moment in the future. Leave it out where there is no end, or none is known. */
  expiresAt?: string | null | undefined;
  /** The values. */
  fields: Array<FieldInput>;
  /**
   * A repeated call of the same API token with the same key and input returns what the first success saved, for 24 hours. Up
   * to 255 characters. A call that failed does not use the key up.
   */
  idempotencyKey?: string | null | undefined;
  /** Link it with this step once it is saved. */
  linkTo?: StepRef | null | undefined;
  /** Up to 200 characters. Defaults to «My <component title> credential». */
  name?: string | null | undefined;
  /** Save even though no dry request could confirm it (UNAVAILABLE or NOT_VERIFIABLE); a REJECTED one is never saved. */
  saveUnverified?: boolean;
  /** Words to find it by: up to 20, of up to 100 characters each. Never put a secret here. */
  tags?: Array<string> | null | undefined;
  /**
   * Tokens that the provider gave elsewhere, for the auth methods that authorizeCredential connects: who moves to Keyward brings them along,
   * and nobody has to say yes again. The OAuth client has to be the one that they were given to.
   */
  tokens?: OAuthTokensInput | null | undefined;
};

/** What createFlow makes. */
export type CreateFlowInput = {
  /** As people call it. */
  name: string;
  /** In their order; up to 100. */
  steps: Array<FlowStepInput>;
};

/** As what to invite, and for whom. */
export type CreateInvitationInput = {
  /** In a week, unless given; at most in 30 days. */
  expiresAt?: string | null | undefined;
  /** Whom it is for, to tell invitations apart; at most 200 characters. */
  note?: string | null | undefined;
  /** OWNER, EDITOR or VIEWER. */
  role: Role;
};

/** What to call a new workspace. */
export type CreateWorkspaceInput = {
  /** 1 to 200 characters. */
  name: string;
};

/** What is known of a credential. */
export type CredentialStatus =
  /** It had an end, and that has passed. */
  | 'EXPIRED'
  /** The owner of the account has to connect it again. */
  | 'NEEDS_REAUTHORIZATION'
  /** The last dry request rejected it. */
  | 'REJECTED'
  /** Saved on request although no dry request could confirm it. */
  | 'UNVERIFIED'
  /** The last dry request accepted it. */
  | 'VERIFIED';

/** What deactivateFlow stops. */
export type DeactivateFlowInput = {
  /** Which one. */
  id: string | number;
};

/** What deleteComponent deletes. */
export type DeleteComponentInput = {
  /** Its id. */
  id: string | number;
};

/** What deleteCredential deletes. */
export type DeleteCredentialInput = {
  /** The version you saw, if it matters. */
  expectedVersion?: number | null | undefined;
  /** Which one. */
  id: string | number;
};

/** What deleteCredentials deletes. */
export type DeleteCredentialsInput = {
  /** Which ones: 1 to 100, each once. */
  ids: Array<string | number>;
};

/** What deleteFlow deletes. */
export type DeleteFlowInput = {
  /** The version you saw, if it matters. */
  expectedVersion?: number | null | undefined;
  /** Which one. */
  id: string | number;
};

/** What deleteOAuthClient deletes. */
export type DeleteOAuthClientInput = {
  /** The provider's key. */
  provider: string;
};

/** Which workspace to destroy. */
export type DeleteWorkspaceInput = {
  /** This request's workspace: name it in the X-Workspace header too. */
  id: string | number;
  /** Its name, typed again. */
  name: string;
};

/** The kinds of expected failures. */
export type ErrorCode =
  /** The new version takes away what credentials rely on. */
  | 'COMPONENT_BREAKING_CHANGE'
  /** The credential belongs to another component than the step. */
  | 'COMPONENT_MISMATCH'
  /** It was changed by somebody else in the meantime. */
  | 'CONFLICT'
  /** An active flow uses the credential. */
  | 'CREDENTIAL_IN_USE'
  /** The descriptor breaks the catalog's rules; every problem is listed. */
  | 'DESCRIPTOR_INVALID'
  /** A step keeps the flow from being active. */
  | 'FLOW_NOT_ACTIVATABLE'
  /** The idempotency key was used before, with another input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The workspace's last owner can't be taken from it. */
  | 'LAST_OWNER'
  /** There is no such object in this workspace. */
  | 'NOT_FOUND'
  /** The OAuth provider refused, or could not be asked. */
  | 'OAUTH_FAILED'
  /** Too many requests; try again after retryAfterMs. */
  | 'RATE_LIMITED'
  /** The input is not fit for use; every issue is listed. */
  | 'VALIDATION_FAILED'
  /** The dry request did not accept the values. */
  | 'VERIFICATION_FAILED';

/** What fetchFieldOptions asks for. */
export type FetchFieldOptionsInput = {
  /** Defaults to the component's first method; with credentialId it is the credential's. */
  authMethod?: string | null | undefined;
  /** What is connected to. */
  componentId: string | number;
  /**
   * A saved credential that is being edited: `fields` go on top of its values. When one of them changes where secrets go, every secret
   * must be typed again.
   */
  credentialId?: string | number | null | undefined;
  /** The key of the field whose choices are wanted. */
  field: string;
  /** The values typed in so far. */
  fields: Array<FieldInput>;
};

/** A field's value. */
export type FieldInput = {
  /** The field's key, as the auth method's fields say. */
  key: string;
  /** Up to 64 KiB. null clears an optional field; it must be given. */
  value?: boolean | number | string | string[] | null | null | undefined;
};

/** How to show a field. */
export type FieldView =
  /** Yes or no. */
  | 'CHECKBOX'
  /** Any of the options. */
  | 'MULTI_SELECT'
  /** A button that starts the OAuth dance. */
  | 'OAUTH'
  /** One line whose characters are hidden. */
  | 'PASSWORD'
  /** One of the options. */
  | 'SELECT'
  /** One line of text. */
  | 'TEXT'
  /** Several lines of text. */
  | 'TEXT_AREA';

/** What is wrong with a step. */
export type FlowProblemKind =
  /** Its credential has expired. */
  | 'CREDENTIAL_EXPIRED'
  /** It needs a credential and has none. */
  | 'CREDENTIAL_MISSING'
  /** Its credential has to be connected again. */
  | 'CREDENTIAL_NEEDS_REAUTHORIZATION'
  /** The last dry request rejected its credential. */
  | 'CREDENTIAL_REJECTED';

/** Whether a flow runs. */
export type FlowStatus =
  /** It runs: its credentials can't be deleted. */
  | 'ACTIVE'
  /** It doesn't run. */
  | 'INACTIVE';

/** A step as it shall be. */
export type FlowStepInput = {
  /** What the step talks to. */
  componentId: string | number;
  /**
   * The credential; null means none. Omitted, a step that was there keeps its own, and a new one takes the credential that
   * the flow's other steps of that component use, if they agree on one.
   */
  credentialId?: string | number | null | undefined;
  /** Which of the component's triggers or actions. */
  function?: string | null | undefined;
  /** Unique within the flow: letters, digits, _ - . up to 64 of them. */
  key: string;
};

/** What importComponent imports. */
export type ImportComponentInput = {
  /**
   * The text of the component.json, up to 1 MiB. It is a string and not JSON, because the order of its keys is the order of the form. Its
   * triggers, actions and fields of steps are not kept; what is left may have 128 KiB, all descriptors of a workspace together 16 MiB. The
   * request as a whole has a limit too (KEYWARD_MAX_BODY_BYTES, 1 MiB), which `keyward component import` has not.
   */
  descriptor: string;
  /** Save nothing: answer with the component as it would be. */
  dryRun?: boolean;
  /** Import it although it takes away what credentials rely on. */
  force?: boolean;
  /** Lower-case letters, digits and single dashes, up to 64: none that the catalog has. */
  key: string;
};

/** credentialId must be given: null unlinks, omitted is a ValidationError. */
export type LinkCredentialInput = {
  /** A credential of the step's component; null unlinks. */
  credentialId?: string | number | null | undefined;
  /** The flow. */
  flowId: string | number;
  /** The step's key in it. */
  stepKey: string;
};

/** Whose OAuth client it is. */
export type OAuthClientSource =
  /** The operator's, for all workspaces of this gateway. */
  | 'OPERATOR'
  /** This workspace's own. */
  | 'WORKSPACE';

/** Why a connection could not be made or renewed. */
export type OAuthErrorReason =
  /** Nobody said yes: it was cancelled, or the provider does not allow it. */
  | 'ACCESS_DENIED'
  /** The authorization is unknown, was finished already, or took longer than 10 minutes. */
  | 'AUTHORIZATION_EXPIRED'
  /** The client that the connection was made with is not in use any more. */
  | 'CLIENT_CHANGED'
  /** There is no OAuth client for this provider. */
  | 'CLIENT_MISSING'
  /** The provider does not know the OAuth client or its secret, or does not let it do this. */
  | 'CLIENT_REJECTED'
  /** The code had expired or was used already, or the grant was withdrawn (invalid_grant). */
  | 'GRANT_INVALID'
  /** The provider answered something that is no token answer. */
  | 'MALFORMED_ANSWER'
  /** It was begun in another session than the one that came back. */
  | 'OTHER_SESSION'
  /** The provider has trouble of its own, or asked to slow down. */
  | 'PROVIDER_UNAVAILABLE'
  /** The provider refused for another reason. */
  | 'REFUSED'
  /** A renewal was interrupted after the provider may have answered, and what it answered is lost. */
  | 'RENEWAL_INTERRUPTED'
  /** The provider does not grant one of the scopes. */
  | 'SCOPE_REJECTED'
  /** The gateway may not reach that address. */
  | 'TARGET_FORBIDDEN'
  /** The provider did not answer in time. */
  | 'TIMEOUT'
  /** The provider could not be reached. */
  | 'UNREACHABLE'
  /** The answer names another issuer than the one that was asked. */
  | 'WRONG_ISSUER';

/**
 * Tokens that a provider gave elsewhere. An access token that has ended, or that the service rejects, is renewed at once where there is a
 * refresh token; from then on the old ones may be worth nothing, so what came is saved even if the service could not be asked.
 */
export type OAuthTokensInput = {
  /** May be left out where there is a refresh token. */
  accessToken?: boolean | number | string | string[] | null | null | undefined;
  /** Values that came with the tokens, as the provider sent them: Salesforce's instanceUrl, QuickBooks' realmId. The method's descriptor names them. */
  captured?: Array<CapturedValueInput> | null | undefined;
  /** When the access token ends. Leave it out where it has no end, or none is known. */
  expiresAt?: string | null | undefined;
  /** Without it, the credential is EXPIRED when its access token ends. */
  refreshToken?: boolean | number | string | string[] | null | null | undefined;
  /** The scopes that were granted. Left out, those that the method asks for. */
  scopes?: Array<string> | null | undefined;
  /** What goes with an access token of OAuth 1.0a. */
  tokenSecret?: boolean | number | string | string[] | null | null | undefined;
};

/** Whom to take out. */
export type RemoveMemberInput = {
  /** The person's id. */
  id: string | number;
};

/** What replaceCredential replaces. */
export type ReplaceCredentialInput = {
  /** All flows when omitted. */
  flowIds?: Array<string | number> | null | undefined;
  /** The credential that the steps have now. */
  fromId: string | number;
  /** The one they get: of the same component. */
  toId: string | number;
};

/** Whether the provider took its tokens back. */
export type RevocationOutcome =
  /** It could not be asked, or refused: the person can withdraw the access in their account there. */
  | 'FAILED'
  /** It offers no way to do so: the person can withdraw the access in their account there. */
  | 'NOT_SUPPORTED'
  /** It did: nobody can use them any more. */
  | 'REVOKED';

/** Which token to take back. */
export type RevokeApiTokenInput = {
  /** Its id. */
  id: string | number;
};

/** Which invitation to take back. */
export type RevokeInvitationInput = {
  /** Its id. */
  id: string | number;
};

/** Which session to end. */
export type RevokeSessionInput = {
  /** Its id. */
  id: string | number;
};

/** What a caller may do in a workspace. */
export type Role =
  /** Reads and writes. */
  | 'EDITOR'
  /** Reads, writes and manages: members, tokens, the audit. */
  | 'OWNER'
  /** Neither reads nor writes: may only use credentials when a flow runs. For programs. */
  | 'RUNTIME'
  /** Reads. */
  | 'VIEWER';

/** What setOAuthClient sets. */
export type SetOAuthClientInput = {
  /** The public name that the provider gave the client. */
  clientId: string;
  /** Its secret. Omitted keeps the one that is stored, if the client id stays; a public client has none. */
  clientSecret?: boolean | number | string | string[] | null | null | undefined;
  /** The provider's key. */
  provider: string;
};

/** A step of a flow. */
export type StepRef = {
  /** The flow. */
  flowId: string | number;
  /** The step's key in it. */
  stepKey: string;
};

/**
 * What updateCredential changes. The auth method stays: to change it, make a new credential and put it in this one's place with
 * replaceCredential.
 */
export type UpdateCredentialInput = {
  /** The version you saw. */
  expectedVersion: number;
  /** A new end, in the future. null takes it away; omitted keeps it, whatever values are new. */
  expiresAt?: string | null | undefined;
  /** New values; an omitted field keeps its value. */
  fields?: Array<FieldInput> | null | undefined;
  /** Which one. */
  id: string | number;
  /** A new name, up to 200 characters. */
  name?: string | null | undefined;
  /** Save even though no dry request could confirm it (UNAVAILABLE or NOT_VERIFIABLE); a REJECTED one is never saved. */
  saveUnverified?: boolean;
  /** New tags in the place of all the old ones: up to 20, of up to 100 characters each. null or omitted keeps them. */
  tags?: Array<string> | null | undefined;
};

/**
 * What updateFlow changes. Steps are matched by key: an omitted credentialId keeps the link, null unlinks, another component
 * drops it. An active flow can't lose a credential it needs: FlowNotActivatableError.
 */
export type UpdateFlowInput = {
  /** The version you saw. */
  expectedVersion: number;
  /** Which one. */
  id: string | number;
  /** A new name. */
  name?: string | null | undefined;
  /** All steps as they shall be, in their order; up to 100. Omitted, the steps stay. */
  steps?: Array<FlowStepInput> | null | undefined;
};

/** Which role to give whom. */
export type UpdateMemberInput = {
  /** The person's id. */
  id: string | number;
  /** OWNER, EDITOR or VIEWER. */
  role: Role;
};

/** What to call this workspace. */
export type UpdateWorkspaceInput = {
  /** 1 to 200 characters. */
  name: string;
};

/** Whether a job still runs. */
export type VerificationJobStatus =
  /** Somebody ended it, or whoever began it may no longer change credentials here. */
  | 'CANCELED'
  /** Every credential is finished. */
  | 'DONE'
  /** It runs, or waits to go on. */
  | 'RUNNING';

/** What a dry request showed. */
export type VerificationOutcome =
  /** The service took the values. */
  | 'ACCEPTED'
  /** There is nobody to ask. */
  | 'NOT_VERIFIABLE'
  /** The service said no. */
  | 'REJECTED'
  /** The service could not be asked, or said neither yes nor no. It tells nothing about the values. */
  | 'UNAVAILABLE';

/** A fixed vocabulary: a remote system's raw words never reach a client. */
export type VerificationReason =
  /** Wrong key, password or user. */
  | 'AUTH_REJECTED'
  /** Nobody listens there, or the connection was cut. */
  | 'CONNECTION_REFUSED'
  /** The server has no such database, bucket, topic, folder, entry or virtual host. */
  | 'DATABASE_NOT_FOUND'
  /** The server has another key than the one that is known, so nothing was sent. */
  | 'HOST_KEY_CHANGED'
  /** No such host. */
  | 'HOST_NOT_FOUND'
  /** The values are right, but lack a permission. */
  | 'INSUFFICIENT_SCOPE'
  /** The service asked to slow down, or was not asked because too many dry requests of this workspace failed. */
  | 'RATE_LIMITED'
  /** This gateway may not reach that address. */
  | 'TARGET_FORBIDDEN'
  /** No answer in time. */
  | 'TIMEOUT'
  /** The certificate could not be verified, or the server speaks no TLS. */
  | 'TLS_INVALID'
  /** An answer that says neither yes nor no. */
  | 'UNEXPECTED_RESPONSE'
  /** What is named is kept in another region. */
  | 'WRONG_REGION';

/** What verifyCredential verifies. */
export type VerifyCredentialInput = {
  /** Which one. */
  id: string | number;
};

/** Which credentials verifyCredentials verifies: all of the workspace's where neither is given. */
export type VerifyCredentialsInput = {
  /** Those of this component. */
  componentId?: string | number | null | undefined;
  /** These: 1 to 1,000, each once. */
  ids?: Array<string | number> | null | undefined;
};

type ProblemFields_ComponentBreakingChangeError_Fragment = { __typename: 'ComponentBreakingChangeError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_ComponentMismatchError_Fragment = { __typename: 'ComponentMismatchError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_ConflictError_Fragment = { __typename: 'ConflictError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_CredentialInUseError_Fragment = { __typename: 'CredentialInUseError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_CredentialsInUseError_Fragment = { __typename: 'CredentialsInUseError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_DescriptorInvalidError_Fragment = { __typename: 'DescriptorInvalidError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_FlowNotActivatableError_Fragment = { __typename: 'FlowNotActivatableError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_IdempotencyKeyReusedError_Fragment = { __typename: 'IdempotencyKeyReusedError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_LastOwnerError_Fragment = { __typename: 'LastOwnerError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_NotFoundError_Fragment = { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_OAuthError_Fragment = { __typename: 'OAuthError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_RateLimitedError_Fragment = { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_ValidationError_Fragment = { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null };

type ProblemFields_VerificationFailedError_Fragment = { __typename: 'VerificationFailedError', code: ErrorCode, message: string, path: Array<string> | null };

export type ProblemFieldsFragment =
  | ProblemFields_ComponentBreakingChangeError_Fragment
  | ProblemFields_ComponentMismatchError_Fragment
  | ProblemFields_ConflictError_Fragment
  | ProblemFields_CredentialInUseError_Fragment
  | ProblemFields_CredentialsInUseError_Fragment
  | ProblemFields_DescriptorInvalidError_Fragment
  | ProblemFields_FlowNotActivatableError_Fragment
  | ProblemFields_IdempotencyKeyReusedError_Fragment
  | ProblemFields_LastOwnerError_Fragment
  | ProblemFields_NotFoundError_Fragment
  | ProblemFields_OAuthError_Fragment
  | ProblemFields_RateLimitedError_Fragment
  | ProblemFields_ValidationError_Fragment
  | ProblemFields_VerificationFailedError_Fragment
;

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { id: string, name: string, role: Role, workspace: { id: string, name: string }, workspaces: Array<{ id: string, name: string }> } };

export type AuthorizeCredentialMutationVariables = Exact<{
  input: AuthorizeCredentialInput;
}>;


export type AuthorizeCredentialMutation = { authorizeCredential:
    | { __typename: 'AuthorizeCredentialSuccess', authorizationUrl: string }
    | { __typename: 'ComponentMismatchError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'OAuthError', reason: OAuthErrorReason, code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type CompleteAuthorizationMutationVariables = Exact<{
  input: CompleteAuthorizationInput;
}>;


export type CompleteAuthorizationMutation = { completeAuthorization:
    | { __typename: 'CompleteAuthorizationSuccess', reauthorized: boolean, accountChanged: boolean, credential: { id: string, name: string, status: CredentialStatus, missingScopes: Array<string>, component: { key: string }, connection: { account: { id: string | null, name: string | null } | null } | null } }
    | { __typename: 'ComponentMismatchError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'OAuthError', reason: OAuthErrorReason, code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'VerificationFailedError', code: ErrorCode, message: string, path: Array<string> | null, verification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string } }
   };

export type CredentialQueryVariables = Exact<{
  id: string | number;
}>;


export type CredentialQuery = { credential: { tags: Array<string>, createdAt: string, updatedAt: string, id: string, version: number, name: string, status: CredentialStatus, lastUsedAt: string | null, expiresAt: string | null, activeFlowCount: number, grantedScopes: Array<string>, missingScopes: Array<string>, accessTokenExpiresAt: string | null, fields: Array<{ label: string, secret: boolean, key: string, isSet: boolean, value: string | null, values: Array<string> | null, hint: string | null }>, component: { id: string, key: string, title: string, iconUrl: string | null, authMethods: Array<{ key: string, title: string, kind: AuthKind, verifiable: boolean, scopes: Array<string>, oauth: { callbackUrl: string, provider: { key: string, client: { source: OAuthClientSource } | null } | null } | null, fields: Array<{ key: string, label: string, view: FieldView, required: boolean, secret: boolean, placeholder: string | null, note: string | null, helpUrl: string | null, fetchesOptions: boolean, pattern: string | null, patternMessage: string | null, group: string | null, defaultValue: string | null, destination: boolean, options: Array<{ value: string, label: string }>, visibleWhen: { field: string, oneOf: Array<string> } | null }> }> }, verifications: Array<{ outcome: VerificationOutcome, reason: VerificationReason | null, message: string, checkedAt: string, durationMs: number }>, authMethod: { key: string, title: string, kind: AuthKind, verifiable: boolean, scopes: Array<string>, oauth: { callbackUrl: string, provider: { key: string, client: { source: OAuthClientSource } | null } | null } | null, fields: Array<{ key: string, label: string, view: FieldView, required: boolean, secret: boolean, placeholder: string | null, note: string | null, helpUrl: string | null, fetchesOptions: boolean, pattern: string | null, patternMessage: string | null, group: string | null, defaultValue: string | null, destination: boolean, options: Array<{ value: string, label: string }>, visibleWhen: { field: string, oneOf: Array<string> } | null }> }, lastVerification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string, checkedAt: string } | null, flows: { totalCount: number, nodes: Array<{ id: string, name: string, status: FlowStatus }> }, connection: { requestedScopes: Array<string>, renewable: boolean, renewedAt: string, account: { id: string | null, name: string | null } | null, problem: { reason: OAuthErrorReason, message: string, at: string } | null } | null } | null };

export type CredentialFlowsQueryVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type CredentialFlowsQuery = { credential: { id: string, flows: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string, status: FlowStatus }> } } | null };

export type CredentialEventsQueryVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type CredentialEventsQuery = { auditEvents: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, at: string, action: AuditAction, outcome: AuditOutcome, relatedId: string | null, detail: string | null, address: string | null, actor: { kind: CallerKind, id: string, name: string } }> } };

export type ImportComponentMutationVariables = Exact<{
  input: ImportComponentInput;
}>;


export type ImportComponentMutation = { importComponent:
    | { __typename: 'ComponentBreakingChangeError', code: ErrorCode, message: string, path: Array<string> | null, changes: Array<{ message: string }> }
    | { __typename: 'DescriptorInvalidError', code: ErrorCode, message: string, path: Array<string> | null, problems: Array<{ pointer: string, message: string }> }
    | { __typename: 'ImportComponentSuccess', created: boolean, changed: boolean, warnings: Array<{ pointer: string, message: string }>, component: { key: string, title: string, description: string, category: ComponentCategory, docsUrl: string | null, requiresCredential: boolean, authMethods: Array<{ key: string, title: string, kind: AuthKind, verifiable: boolean, scopes: Array<string>, oauth: { callbackUrl: string, provider: { key: string, client: { source: OAuthClientSource } | null } | null } | null, fields: Array<{ key: string, label: string, view: FieldView, required: boolean, secret: boolean, placeholder: string | null, note: string | null, helpUrl: string | null, fetchesOptions: boolean, pattern: string | null, patternMessage: string | null, group: string | null, defaultValue: string | null, destination: boolean, options: Array<{ value: string, label: string }>, visibleWhen: { field: string, oneOf: Array<string> } | null }> }> } }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type DeleteComponentMutationVariables = Exact<{
  input: DeleteComponentInput;
}>;


export type DeleteComponentMutation = { deleteComponent:
    | { __typename: 'DeleteComponentSuccess', retired: boolean }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type FieldSpecsFragment = { key: string, title: string, kind: AuthKind, verifiable: boolean, scopes: Array<string>, oauth: { callbackUrl: string, provider: { key: string, client: { source: OAuthClientSource } | null } | null } | null, fields: Array<{ key: string, label: string, view: FieldView, required: boolean, secret: boolean, placeholder: string | null, note: string | null, helpUrl: string | null, fetchesOptions: boolean, pattern: string | null, patternMessage: string | null, group: string | null, defaultValue: string | null, destination: boolean, options: Array<{ value: string, label: string }>, visibleWhen: { field: string, oneOf: Array<string> } | null }> };

export type ConnectedFragment = { grantedScopes: Array<string>, missingScopes: Array<string>, accessTokenExpiresAt: string | null, connection: { requestedScopes: Array<string>, renewable: boolean, renewedAt: string, account: { id: string | null, name: string | null } | null, problem: { reason: OAuthErrorReason, message: string, at: string } | null } | null };

export type CredentialRowFragment = { id: string, version: number, name: string, status: CredentialStatus, lastUsedAt: string | null, expiresAt: string | null, activeFlowCount: number, grantedScopes: Array<string>, missingScopes: Array<string>, accessTokenExpiresAt: string | null, fields: Array<{ key: string, isSet: boolean, value: string | null, values: Array<string> | null, hint: string | null }>, authMethod: { key: string, title: string, kind: AuthKind, verifiable: boolean, scopes: Array<string>, oauth: { callbackUrl: string, provider: { key: string, client: { source: OAuthClientSource } | null } | null } | null, fields: Array<{ key: string, label: string, view: FieldView, required: boolean, secret: boolean, placeholder: string | null, note: string | null, helpUrl: string | null, fetchesOptions: boolean, pattern: string | null, patternMessage: string | null, group: string | null, defaultValue: string | null, destination: boolean, options: Array<{ value: string, label: string }>, visibleWhen: { field: string, oneOf: Array<string> } | null }> }, lastVerification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string, checkedAt: string } | null, flows: { totalCount: number, nodes: Array<{ id: string, name: string, status: FlowStatus }> }, connection: { requestedScopes: Array<string>, renewable: boolean, renewedAt: string, account: { id: string | null, name: string | null } | null, problem: { reason: OAuthErrorReason, message: string, at: string } | null } | null };

export type CatalogQueryVariables = Exact<{
  filter?: ComponentFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type CatalogQuery = { components: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, key: string, title: string, description: string, category: ComponentCategory, iconUrl: string | null, requiresCredential: boolean, credentialCount: number }> } };

export type FamiliesQueryVariables = Exact<{
  filter?: ComponentCategoryFilter | null | undefined;
}>;


export type FamiliesQuery = { componentCategories: Array<{ category: ComponentCategory, componentCount: number }> };

export type ComponentQueryVariables = Exact<{
  key: string;
  after?: string | null | undefined;
}>;


export type ComponentQuery = { component: { id: string, key: string, title: string, description: string, docsUrl: string | null, iconUrl: string | null, requiresCredential: boolean, custom: boolean, retired: boolean, credentialCount: number, authMethods: Array<{ key: string, title: string, kind: AuthKind, verifiable: boolean, scopes: Array<string>, oauth: { callbackUrl: string, provider: { key: string, client: { source: OAuthClientSource } | null } | null } | null, fields: Array<{ key: string, label: string, view: FieldView, required: boolean, secret: boolean, placeholder: string | null, note: string | null, helpUrl: string | null, fetchesOptions: boolean, pattern: string | null, patternMessage: string | null, group: string | null, defaultValue: string | null, destination: boolean, options: Array<{ value: string, label: string }>, visibleWhen: { field: string, oneOf: Array<string> } | null }> }>, credentials: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, version: number, name: string, status: CredentialStatus, lastUsedAt: string | null, expiresAt: string | null, activeFlowCount: number, grantedScopes: Array<string>, missingScopes: Array<string>, accessTokenExpiresAt: string | null, fields: Array<{ key: string, isSet: boolean, value: string | null, values: Array<string> | null, hint: string | null }>, authMethod: { key: string, title: string, kind: AuthKind, verifiable: boolean, scopes: Array<string>, oauth: { callbackUrl: string, provider: { key: string, client: { source: OAuthClientSource } | null } | null } | null, fields: Array<{ key: string, label: string, view: FieldView, required: boolean, secret: boolean, placeholder: string | null, note: string | null, helpUrl: string | null, fetchesOptions: boolean, pattern: string | null, patternMessage: string | null, group: string | null, defaultValue: string | null, destination: boolean, options: Array<{ value: string, label: string }>, visibleWhen: { field: string, oneOf: Array<string> } | null }> }, lastVerification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string, checkedAt: string } | null, flows: { totalCount: number, nodes: Array<{ id: string, name: string, status: FlowStatus }> }, connection: { requestedScopes: Array<string>, renewable: boolean, renewedAt: string, account: { id: string | null, name: string | null } | null, problem: { reason: OAuthErrorReason, message: string, at: string } | null } | null }> } } | null };

export type CreateCredentialMutationVariables = Exact<{
  input: CreateCredentialInput;
}>;


export type CreateCredentialMutation = { createCredential:
    | { __typename: 'ComponentMismatchError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ConflictError', currentVersion: number | null, code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'CreateCredentialSuccess', credential: { id: string, name: string, status: CredentialStatus } }
    | { __typename: 'IdempotencyKeyReusedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'VerificationFailedError', code: ErrorCode, message: string, path: Array<string> | null, verification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string } }
   };

export type FetchFieldOptionsMutationVariables = Exact<{
  input: FetchFieldOptionsInput;
}>;


export type FetchFieldOptionsMutation = { fetchFieldOptions:
    | { __typename: 'FetchFieldOptionsSuccess', options: Array<{ value: string, label: string }> }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ message: string }> }
    | { __typename: 'VerificationFailedError', code: ErrorCode, message: string, path: Array<string> | null, verification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string } }
   };

export type UpdateCredentialMutationVariables = Exact<{
  input: UpdateCredentialInput;
}>;


export type UpdateCredentialMutation = { updateCredential:
    | { __typename: 'ConflictError', currentVersion: number | null, code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'UpdateCredentialSuccess', credential: { id: string, name: string, status: CredentialStatus } }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'VerificationFailedError', code: ErrorCode, message: string, path: Array<string> | null, verification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string } }
   };

export type DeleteCredentialMutationVariables = Exact<{
  input: DeleteCredentialInput;
}>;


export type DeleteCredentialMutation = { deleteCredential:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'CredentialInUseError', activeFlowCount: number, code: ErrorCode, message: string, path: Array<string> | null, activeFlows: { nodes: Array<{ id: string, name: string }> } }
    | { __typename: 'DeleteCredentialSuccess', deletedCredentialId: string, revocation: { outcome: RevocationOutcome, message: string } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type VerifyCredentialMutationVariables = Exact<{
  input: VerifyCredentialInput;
}>;


export type VerifyCredentialMutation = { verifyCredential:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'VerifyCredentialSuccess', credential: { id: string, name: string, status: CredentialStatus }, verification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string } }
   };

export type ReplaceCredentialMutationVariables = Exact<{
  input: ReplaceCredentialInput;
}>;


export type ReplaceCredentialMutation = { replaceCredential:
    | { __typename: 'ComponentMismatchError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'FlowNotActivatableError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ReplaceCredentialSuccess', flowCount: number }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type OthersQueryVariables = Exact<{
  componentId: string | number;
}>;


export type OthersQuery = { credentials: { nodes: Array<{ id: string, name: string, status: CredentialStatus }> } };

export type JobFieldsFragment = { id: string, status: VerificationJobStatus, total: number, done: number, accepted: number, rejected: number, unavailable: number, notVerifiable: number, skipped: number, waitsUntil: string | null, component: { id: string } | null };

export type VerificationJobQueryVariables = Exact<{
  id: string | number;
}>;


export type VerificationJobQuery = { verificationJob: { id: string, status: VerificationJobStatus, total: number, done: number, accepted: number, rejected: number, unavailable: number, notVerifiable: number, skipped: number, waitsUntil: string | null, component: { id: string } | null } | null };

export type VerificationJobsQueryVariables = Exact<{ [key: string]: never; }>;


export type VerificationJobsQuery = { verificationJobs: { nodes: Array<{ id: string, status: VerificationJobStatus, component: { id: string } | null }> } };

export type VerifyCredentialsMutationVariables = Exact<{
  input: VerifyCredentialsInput;
}>;


export type VerifyCredentialsMutation = { verifyCredentials:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'VerifyCredentialsSuccess', job: { id: string, status: VerificationJobStatus, total: number, done: number, accepted: number, rejected: number, unavailable: number, notVerifiable: number, skipped: number, waitsUntil: string | null, component: { id: string } | null } }
   };

export type CancelVerificationJobMutationVariables = Exact<{
  input: CancelVerificationJobInput;
}>;


export type CancelVerificationJobMutation = { cancelVerificationJob:
    | { __typename: 'CancelVerificationJobSuccess', job: { id: string, status: VerificationJobStatus, total: number, done: number, accepted: number, rejected: number, unavailable: number, notVerifiable: number, skipped: number, waitsUntil: string | null, component: { id: string } | null } }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type FlowFieldsFragment = { id: string, version: number, name: string, status: FlowStatus, updatedAt: string, steps: Array<{ key: string, position: number, function: string | null, component: { id: string, key: string, title: string, iconUrl: string | null, requiresCredential: boolean }, credential: { id: string, name: string, status: CredentialStatus } | null }>, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> };

export type FlowsQueryVariables = Exact<{
  search?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type FlowsQuery = { flows: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, version: number, name: string, status: FlowStatus, updatedAt: string, steps: Array<{ key: string, position: number, function: string | null, component: { id: string, key: string, title: string, iconUrl: string | null, requiresCredential: boolean }, credential: { id: string, name: string, status: CredentialStatus } | null }>, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> }> } };

export type FlowQueryVariables = Exact<{
  id: string | number;
}>;


export type FlowQuery = { flow: { id: string, version: number, name: string, status: FlowStatus, updatedAt: string, steps: Array<{ key: string, position: number, function: string | null, component: { id: string, key: string, title: string, iconUrl: string | null, requiresCredential: boolean }, credential: { id: string, name: string, status: CredentialStatus } | null }>, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> } | null };

export type StepComponentQueryVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type StepComponentQuery = { component: { id: string, key: string, title: string, description: string, docsUrl: string | null, requiresCredential: boolean, authMethods: Array<{ key: string, title: string, kind: AuthKind, verifiable: boolean, scopes: Array<string>, oauth: { callbackUrl: string, provider: { key: string, client: { source: OAuthClientSource } | null } | null } | null, fields: Array<{ key: string, label: string, view: FieldView, required: boolean, secret: boolean, placeholder: string | null, note: string | null, helpUrl: string | null, fetchesOptions: boolean, pattern: string | null, patternMessage: string | null, group: string | null, defaultValue: string | null, destination: boolean, options: Array<{ value: string, label: string }>, visibleWhen: { field: string, oneOf: Array<string> } | null }> }>, credentials: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string, status: CredentialStatus, lastVerification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string, checkedAt: string } | null }> } } | null };

export type CreateFlowMutationVariables = Exact<{
  input: CreateFlowInput;
}>;


export type CreateFlowMutation = { createFlow:
    | { __typename: 'ComponentMismatchError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'CreateFlowSuccess', flow: { id: string, version: number, name: string, status: FlowStatus, updatedAt: string, steps: Array<{ key: string, position: number, function: string | null, component: { id: string, key: string, title: string, iconUrl: string | null, requiresCredential: boolean }, credential: { id: string, name: string, status: CredentialStatus } | null }>, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> } }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type UpdateFlowMutationVariables = Exact<{
  input: UpdateFlowInput;
}>;


export type UpdateFlowMutation = { updateFlow:
    | { __typename: 'ComponentMismatchError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ConflictError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'FlowNotActivatableError', code: ErrorCode, message: string, path: Array<string> | null, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'UpdateFlowSuccess', flow: { id: string, version: number, name: string, status: FlowStatus, updatedAt: string, steps: Array<{ key: string, position: number, function: string | null, component: { id: string, key: string, title: string, iconUrl: string | null, requiresCredential: boolean }, credential: { id: string, name: string, status: CredentialStatus } | null }>, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> } }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type ActivateFlowMutationVariables = Exact<{
  input: ActivateFlowInput;
}>;


export type ActivateFlowMutation = { activateFlow:
    | { __typename: 'ActivateFlowSuccess', flow: { id: string, version: number, name: string, status: FlowStatus, updatedAt: string, steps: Array<{ key: string, position: number, function: string | null, component: { id: string, key: string, title: string, iconUrl: string | null, requiresCredential: boolean }, credential: { id: string, name: string, status: CredentialStatus } | null }>, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> } }
    | { __typename: 'FlowNotActivatableError', code: ErrorCode, message: string, path: Array<string> | null, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type DeactivateFlowMutationVariables = Exact<{
  input: DeactivateFlowInput;
}>;


export type DeactivateFlowMutation = { deactivateFlow:
    | { __typename: 'DeactivateFlowSuccess', flow: { id: string, version: number, name: string, status: FlowStatus, updatedAt: string, steps: Array<{ key: string, position: number, function: string | null, component: { id: string, key: string, title: string, iconUrl: string | null, requiresCredential: boolean }, credential: { id: string, name: string, status: CredentialStatus } | null }>, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> } }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type DeleteFlowMutationVariables = Exact<{
  input: DeleteFlowInput;
}>;


export type DeleteFlowMutation = { deleteFlow:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'DeleteFlowSuccess', deletedFlowId: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type LinkCredentialMutationVariables = Exact<{
  input: LinkCredentialInput;
}>;


export type LinkCredentialMutation = { linkCredential:
    | { __typename: 'ComponentMismatchError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'FlowNotActivatableError', code: ErrorCode, message: string, path: Array<string> | null, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> }
    | { __typename: 'LinkCredentialSuccess', flow: { id: string, version: number, name: string, status: FlowStatus, updatedAt: string, steps: Array<{ key: string, position: number, function: string | null, component: { id: string, key: string, title: string, iconUrl: string | null, requiresCredential: boolean }, credential: { id: string, name: string, status: CredentialStatus } | null }>, problems: Array<{ stepKey: string, kind: FlowProblemKind, message: string }> } }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type HealthRowFragment = { id: string, name: string, status: CredentialStatus, lastUsedAt: string | null, expiresAt: string | null, accessTokenExpiresAt: string | null, missingScopes: Array<string>, component: { id: string, key: string, title: string, iconUrl: string | null }, authMethod: { key: string, verifiable: boolean }, lastVerification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string, checkedAt: string } | null, connection: { renewable: boolean, account: { id: string | null, name: string | null } | null, problem: { reason: OAuthErrorReason, message: string, at: string } | null } | null };

export type HealthQueryVariables = Exact<{
  soon: string;
}>;


export type HealthQuery = { verified: { totalCount: number }, unverified: { totalCount: number }, rejected: { totalCount: number }, disconnected: { totalCount: number }, expired: { totalCount: number }, attention: { totalCount: number, nodes: Array<{ id: string, name: string, status: CredentialStatus, lastUsedAt: string | null, expiresAt: string | null, accessTokenExpiresAt: string | null, missingScopes: Array<string>, component: { id: string, key: string, title: string, iconUrl: string | null }, authMethod: { key: string, verifiable: boolean }, lastVerification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string, checkedAt: string } | null, connection: { renewable: boolean, account: { id: string | null, name: string | null } | null, problem: { reason: OAuthErrorReason, message: string, at: string } | null } | null }> }, ending: { totalCount: number, nodes: Array<{ id: string, name: string, status: CredentialStatus, lastUsedAt: string | null, expiresAt: string | null, accessTokenExpiresAt: string | null, missingScopes: Array<string>, component: { id: string, key: string, title: string, iconUrl: string | null }, authMethod: { key: string, verifiable: boolean }, lastVerification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string, checkedAt: string } | null, connection: { renewable: boolean, account: { id: string | null, name: string | null } | null, problem: { reason: OAuthErrorReason, message: string, at: string } | null } | null }> }, unused: { totalCount: number, nodes: Array<{ id: string, name: string, status: CredentialStatus, lastUsedAt: string | null, expiresAt: string | null, accessTokenExpiresAt: string | null, missingScopes: Array<string>, component: { id: string, key: string, title: string, iconUrl: string | null }, authMethod: { key: string, verifiable: boolean }, lastVerification: { outcome: VerificationOutcome, reason: VerificationReason | null, message: string, checkedAt: string } | null, connection: { renewable: boolean, account: { id: string | null, name: string | null } | null, problem: { reason: OAuthErrorReason, message: string, at: string } | null } | null }> } };

export type DeleteCredentialsMutationVariables = Exact<{
  input: DeleteCredentialsInput;
}>;


export type DeleteCredentialsMutation = { deleteCredentials:
    | { __typename: 'CredentialsInUseError', code: ErrorCode, message: string, path: Array<string> | null, blocked: Array<{ activeFlowCount: number, credential: { id: string, name: string }, activeFlows: { nodes: Array<{ id: string, name: string }> } }> }
    | { __typename: 'DeleteCredentialsSuccess', deletedCredentialIds: Array<string>, revocations: Array<{ credentialId: string, revocation: { outcome: RevocationOutcome } }> }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type MembersQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type MembersQuery = { members: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string, email: string | null, role: Role, byRule: boolean, createdAt: string }> } };

export type UpdateMemberMutationVariables = Exact<{
  input: UpdateMemberInput;
}>;


export type UpdateMemberMutation = { updateMember:
    | { __typename: 'LastOwnerError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'UpdateMemberSuccess', member: { id: string, name: string, role: Role, byRule: boolean } }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type RemoveMemberMutationVariables = Exact<{
  input: RemoveMemberInput;
}>;


export type RemoveMemberMutation = { removeMember:
    | { __typename: 'LastOwnerError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RemoveMemberSuccess', removedMemberId: string }
   };

export type InvitationsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type InvitationsQuery = { invitations: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, role: Role, note: string, invitedBy: string, createdAt: string, expiresAt: string }> } };

export type CreateInvitationMutationVariables = Exact<{
  input: CreateInvitationInput;
}>;


export type CreateInvitationMutation = { createInvitation:
    | { __typename: 'CreateInvitationSuccess', link: string, invitation: { id: string } }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type RevokeInvitationMutationVariables = Exact<{
  input: RevokeInvitationInput;
}>;


export type RevokeInvitationMutation = { revokeInvitation:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RevokeInvitationSuccess', revokedInvitationId: string }
   };

export type CreateWorkspaceMutationVariables = Exact<{
  input: CreateWorkspaceInput;
}>;


export type CreateWorkspaceMutation = { createWorkspace:
    | { __typename: 'CreateWorkspaceSuccess', workspace: { id: string } }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type UpdateWorkspaceMutationVariables = Exact<{
  input: UpdateWorkspaceInput;
}>;


export type UpdateWorkspaceMutation = { updateWorkspace:
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'UpdateWorkspaceSuccess', workspace: { id: string, name: string } }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type DeleteWorkspaceMutationVariables = Exact<{
  input: DeleteWorkspaceInput;
}>;


export type DeleteWorkspaceMutation = { deleteWorkspace:
    | { __typename: 'DeleteWorkspaceSuccess', deletedWorkspaceId: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type ActiveFlowsQueryVariables = Exact<{ [key: string]: never; }>;


export type ActiveFlowsQuery = { flows: { totalCount: number } };

export type TokensQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type TokensQuery = { apiTokens: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string, role: Role, scopes: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null }> } };

export type CreateTokenMutationVariables = Exact<{
  input: CreateApiTokenInput;
}>;


export type CreateTokenMutation = { createApiToken:
    | { __typename: 'CreateApiTokenSuccess', token: string, apiToken: { id: string, name: string } }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type RevokeTokenMutationVariables = Exact<{
  input: RevokeApiTokenInput;
}>;


export type RevokeTokenMutation = { revokeApiToken:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RevokeApiTokenSuccess', revokedApiTokenId: string }
   };

export type ClientFieldsFragment = { key: string, callbackUrl: string, components: Array<{ id: string, key: string, title: string, iconUrl: string | null }>, client: { clientId: string, source: OAuthClientSource, credentialCount: number, updatedAt: string | null } | null };

export type ProvidersQueryVariables = Exact<{ [key: string]: never; }>;


export type ProvidersQuery = { oauthProviders: Array<{ key: string, callbackUrl: string, components: Array<{ id: string, key: string, title: string, iconUrl: string | null }>, client: { clientId: string, source: OAuthClientSource, credentialCount: number, updatedAt: string | null } | null }> };

export type SetClientMutationVariables = Exact<{
  input: SetOAuthClientInput;
}>;


export type SetClientMutation = { setOAuthClient:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'SetOAuthClientSuccess', provider: { key: string, callbackUrl: string, components: Array<{ id: string, key: string, title: string, iconUrl: string | null }>, client: { clientId: string, source: OAuthClientSource, credentialCount: number, updatedAt: string | null } | null } }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type DeleteClientMutationVariables = Exact<{
  input: DeleteOAuthClientInput;
}>;


export type DeleteClientMutation = { deleteOAuthClient:
    | { __typename: 'DeleteOAuthClientSuccess', provider: { key: string, callbackUrl: string, components: Array<{ id: string, key: string, title: string, iconUrl: string | null }>, client: { clientId: string, source: OAuthClientSource, credentialCount: number, updatedAt: string | null } | null } }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
   };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { viewer: { id: string, sessions: Array<{ id: string, current: boolean, createdAt: string, lastSeenAt: string, expiresAt: string, userAgent: string, address: string }> } };

export type RevokeSessionMutationVariables = Exact<{
  input: RevokeSessionInput;
}>;


export type RevokeSessionMutation = { revokeSession:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'RevokeSessionSuccess', revokedSessionId: string }
   };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ProblemFieldsFragmentDoc = new TypedDocumentString(`
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
    `, {"fragmentName":"ProblemFields"}) as unknown as TypedDocumentString<ProblemFieldsFragment, unknown>;
export const FieldSpecsFragmentDoc = new TypedDocumentString(`
    fragment FieldSpecs on AuthMethod {
  key
  title
  kind
  verifiable
  scopes
  oauth {
    callbackUrl
    provider {
      key
      client {
        source
      }
    }
  }
  fields {
    key
    label
    view
    required
    secret
    placeholder
    note
    helpUrl
    options {
      value
      label
    }
    fetchesOptions
    pattern
    patternMessage
    group
    visibleWhen {
      field
      oneOf
    }
    defaultValue
    destination
  }
}
    `, {"fragmentName":"FieldSpecs"}) as unknown as TypedDocumentString<FieldSpecsFragment, unknown>;
export const ConnectedFragmentDoc = new TypedDocumentString(`
    fragment Connected on Credential {
  grantedScopes
  missingScopes
  accessTokenExpiresAt
  connection {
    account {
      id
      name
    }
    requestedScopes
    renewable
    renewedAt
    problem {
      reason
      message
      at
    }
  }
}
    `, {"fragmentName":"Connected"}) as unknown as TypedDocumentString<ConnectedFragment, unknown>;
export const CredentialRowFragmentDoc = new TypedDocumentString(`
    fragment CredentialRow on Credential {
  id
  version
  name
  status
  fields {
    key
    isSet
    value
    values
    hint
  }
  authMethod {
    ...FieldSpecs
  }
  lastVerification {
    outcome
    reason
    message
    checkedAt
  }
  lastUsedAt
  expiresAt
  ...Connected
  activeFlowCount
  flows(first: 3) {
    totalCount
    nodes {
      id
      name
      status
    }
  }
}
    fragment FieldSpecs on AuthMethod {
  key
  title
  kind
  verifiable
  scopes
  oauth {
    callbackUrl
    provider {
      key
      client {
        source
      }
    }
  }
  fields {
    key
    label
    view
    required
    secret
    placeholder
    note
    helpUrl
    options {
      value
      label
    }
    fetchesOptions
    pattern
    patternMessage
    group
    visibleWhen {
      field
      oneOf
    }
    defaultValue
    destination
  }
}
fragment Connected on Credential {
  grantedScopes
  missingScopes
  accessTokenExpiresAt
  connection {
    account {
      id
      name
    }
    requestedScopes
    renewable
    renewedAt
    problem {
      reason
      message
      at
    }
  }
}`, {"fragmentName":"CredentialRow"}) as unknown as TypedDocumentString<CredentialRowFragment, unknown>;
export const JobFieldsFragmentDoc = new TypedDocumentString(`
    fragment JobFields on VerificationJob {
  id
  status
  component {
    id
  }
  total
  done
  accepted
  rejected
  unavailable
  notVerifiable
  skipped
  waitsUntil
}
    `, {"fragmentName":"JobFields"}) as unknown as TypedDocumentString<JobFieldsFragment, unknown>;
export const FlowFieldsFragmentDoc = new TypedDocumentString(`
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
    component {
      id
      key
      title
      iconUrl
      requiresCredential
    }
    credential {
      id
      name
      status
    }
  }
  problems {
    stepKey
    kind
    message
  }
}
    `, {"fragmentName":"FlowFields"}) as unknown as TypedDocumentString<FlowFieldsFragment, unknown>;
export const HealthRowFragmentDoc = new TypedDocumentString(`
    fragment HealthRow on Credential {
  id
  name
  status
  component {
    id
    key
    title
    iconUrl
  }
  authMethod {
    key
    verifiable
  }
  lastVerification {
    outcome
    reason
    message
    checkedAt
  }
  lastUsedAt
  expiresAt
  accessTokenExpiresAt
  missingScopes
  connection {
    account {
      id
      name
    }
    renewable
    problem {
      reason
      message
      at
    }
  }
}
    `, {"fragmentName":"HealthRow"}) as unknown as TypedDocumentString<HealthRowFragment, unknown>;
export const ClientFieldsFragmentDoc = new TypedDocumentString(`
    fragment ClientFields on OAuthProvider {
  key
  callbackUrl
  components {
    id
    key
    title
    iconUrl
  }
  client {
    clientId
    source
    credentialCount
    updatedAt
  }
}
    `, {"fragmentName":"ClientFields"}) as unknown as TypedDocumentString<ClientFieldsFragment, unknown>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    id
    name
    role
    workspace {
      id
      name
    }
    workspaces {
      id
      name
    }
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const AuthorizeCredentialDocument = new TypedDocumentString(`
    mutation AuthorizeCredential($input: AuthorizeCredentialInput!) {
  authorizeCredential(input: $input) {
    __typename
    ... on AuthorizeCredentialSuccess {
      authorizationUrl
    }
    ... on ValidationError {
      issues {
        path
        message
      }
    }
    ... on OAuthError {
      reason
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<AuthorizeCredentialMutation, AuthorizeCredentialMutationVariables>;
export const CompleteAuthorizationDocument = new TypedDocumentString(`
    mutation CompleteAuthorization($input: CompleteAuthorizationInput!) {
  completeAuthorization(input: $input) {
    __typename
    ... on CompleteAuthorizationSuccess {
      reauthorized
      accountChanged
      credential {
        id
        name
        status
        missingScopes
        component {
          key
        }
        connection {
          account {
            id
            name
          }
        }
      }
    }
    ... on ValidationError {
      issues {
        path
        message
      }
    }
    ... on VerificationFailedError {
      verification {
        outcome
        reason
        message
      }
    }
    ... on OAuthError {
      reason
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<CompleteAuthorizationMutation, CompleteAuthorizationMutationVariables>;
export const CredentialDocument = new TypedDocumentString(`
    query Credential($id: ID!) {
  credential(id: $id) {
    ...CredentialRow
    fields {
      label
      secret
    }
    component {
      id
      key
      title
      iconUrl
      authMethods {
        ...FieldSpecs
      }
    }
    tags
    createdAt
    updatedAt
    verifications(first: 50) {
      outcome
      reason
      message
      checkedAt
      durationMs
    }
  }
}
    fragment FieldSpecs on AuthMethod {
  key
  title
  kind
  verifiable
  scopes
  oauth {
    callbackUrl
    provider {
      key
      client {
        source
      }
    }
  }
  fields {
    key
    label
    view
    required
    secret
    placeholder
    note
    helpUrl
    options {
      value
      label
    }
    fetchesOptions
    pattern
    patternMessage
    group
    visibleWhen {
      field
      oneOf
    }
    defaultValue
    destination
  }
}
fragment Connected on Credential {
  grantedScopes
  missingScopes
  accessTokenExpiresAt
  connection {
    account {
      id
      name
    }
    requestedScopes
    renewable
    renewedAt
    problem {
      reason
      message
      at
    }
  }
}
fragment CredentialRow on Credential {
  id
  version
  name
  status
  fields {
    key
    isSet
    value
    values
    hint
  }
  authMethod {
    ...FieldSpecs
  }
  lastVerification {
    outcome
    reason
    message
    checkedAt
  }
  lastUsedAt
  expiresAt
  ...Connected
  activeFlowCount
  flows(first: 3) {
    totalCount
    nodes {
      id
      name
      status
    }
  }
}`) as unknown as TypedDocumentString<CredentialQuery, CredentialQueryVariables>;
export const CredentialFlowsDocument = new TypedDocumentString(`
    query CredentialFlows($id: ID!, $after: String) {
  credential(id: $id) {
    id
    flows(first: 20, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        name
        status
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CredentialFlowsQuery, CredentialFlowsQueryVariables>;
export const CredentialEventsDocument = new TypedDocumentString(`
    query CredentialEvents($id: ID!, $after: String) {
  auditEvents(first: 20, after: $after, filter: {targetId: $id}) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      at
      action
      outcome
      actor {
        kind
        id
        name
      }
      relatedId
      detail
      address
    }
  }
}
    `) as unknown as TypedDocumentString<CredentialEventsQuery, CredentialEventsQueryVariables>;
export const ImportComponentDocument = new TypedDocumentString(`
    mutation ImportComponent($input: ImportComponentInput!) {
  importComponent(input: $input) {
    __typename
    ... on ImportComponentSuccess {
      created
      changed
      warnings {
        pointer
        message
      }
      component {
        key
        title
        description
        category
        docsUrl
        requiresCredential
        authMethods {
          ...FieldSpecs
        }
      }
    }
    ... on ValidationError {
      issues {
        path
        message
      }
    }
    ... on DescriptorInvalidError {
      problems {
        pointer
        message
      }
    }
    ... on ComponentBreakingChangeError {
      changes {
        message
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
fragment FieldSpecs on AuthMethod {
  key
  title
  kind
  verifiable
  scopes
  oauth {
    callbackUrl
    provider {
      key
      client {
        source
      }
    }
  }
  fields {
    key
    label
    view
    required
    secret
    placeholder
    note
    helpUrl
    options {
      value
      label
    }
    fetchesOptions
    pattern
    patternMessage
    group
    visibleWhen {
      field
      oneOf
    }
    defaultValue
    destination
  }
}`) as unknown as TypedDocumentString<ImportComponentMutation, ImportComponentMutationVariables>;
export const DeleteComponentDocument = new TypedDocumentString(`
    mutation DeleteComponent($input: DeleteComponentInput!) {
  deleteComponent(input: $input) {
    __typename
    ... on DeleteComponentSuccess {
      retired
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<DeleteComponentMutation, DeleteComponentMutationVariables>;
export const CatalogDocument = new TypedDocumentString(`
    query Catalog($filter: ComponentFilter, $after: String) {
  components(first: 100, after: $after, filter: $filter) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      key
      title
      description
      category
      iconUrl
      requiresCredential
      credentialCount
    }
  }
}
    `) as unknown as TypedDocumentString<CatalogQuery, CatalogQueryVariables>;
export const FamiliesDocument = new TypedDocumentString(`
    query Families($filter: ComponentCategoryFilter) {
  componentCategories(filter: $filter) {
    category
    componentCount
  }
}
    `) as unknown as TypedDocumentString<FamiliesQuery, FamiliesQueryVariables>;
export const ComponentDocument = new TypedDocumentString(`
    query Component($key: String!, $after: String) {
  component(key: $key) {
    id
    key
    title
    description
    docsUrl
    iconUrl
    requiresCredential
    custom
    retired
    credentialCount
    authMethods {
      ...FieldSpecs
    }
    credentials(first: 50, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...CredentialRow
      }
    }
  }
}
    fragment FieldSpecs on AuthMethod {
  key
  title
  kind
  verifiable
  scopes
  oauth {
    callbackUrl
    provider {
      key
      client {
        source
      }
    }
  }
  fields {
    key
    label
    view
    required
    secret
    placeholder
    note
    helpUrl
    options {
      value
      label
    }
    fetchesOptions
    pattern
    patternMessage
    group
    visibleWhen {
      field
      oneOf
    }
    defaultValue
    destination
  }
}
fragment Connected on Credential {
  grantedScopes
  missingScopes
  accessTokenExpiresAt
  connection {
    account {
      id
      name
    }
    requestedScopes
    renewable
    renewedAt
    problem {
      reason
      message
      at
    }
  }
}
fragment CredentialRow on Credential {
  id
  version
  name
  status
  fields {
    key
    isSet
    value
    values
    hint
  }
  authMethod {
    ...FieldSpecs
  }
  lastVerification {
    outcome
    reason
    message
    checkedAt
  }
  lastUsedAt
  expiresAt
  ...Connected
  activeFlowCount
  flows(first: 3) {
    totalCount
    nodes {
      id
      name
      status
    }
  }
}`) as unknown as TypedDocumentString<ComponentQuery, ComponentQueryVariables>;
export const CreateCredentialDocument = new TypedDocumentString(`
    mutation CreateCredential($input: CreateCredentialInput!) {
  createCredential(input: $input) {
    __typename
    ... on CreateCredentialSuccess {
      credential {
        id
        name
        status
      }
    }
    ... on ValidationError {
      issues {
        path
        message
      }
    }
    ... on VerificationFailedError {
      verification {
        outcome
        reason
        message
      }
    }
    ... on ConflictError {
      currentVersion
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<CreateCredentialMutation, CreateCredentialMutationVariables>;
export const FetchFieldOptionsDocument = new TypedDocumentString(`
    mutation FetchFieldOptions($input: FetchFieldOptionsInput!) {
  fetchFieldOptions(input: $input) {
    __typename
    ... on FetchFieldOptionsSuccess {
      options {
        value
        label
      }
    }
    ... on ValidationError {
      issues {
        message
      }
    }
    ... on VerificationFailedError {
      verification {
        outcome
        reason
        message
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<FetchFieldOptionsMutation, FetchFieldOptionsMutationVariables>;
export const UpdateCredentialDocument = new TypedDocumentString(`
    mutation UpdateCredential($input: UpdateCredentialInput!) {
  updateCredential(input: $input) {
    __typename
    ... on UpdateCredentialSuccess {
      credential {
        id
        name
        status
      }
    }
    ... on ValidationError {
      issues {
        path
        message
      }
    }
    ... on VerificationFailedError {
      verification {
        outcome
        reason
        message
      }
    }
    ... on ConflictError {
      currentVersion
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<UpdateCredentialMutation, UpdateCredentialMutationVariables>;
export const DeleteCredentialDocument = new TypedDocumentString(`
    mutation DeleteCredential($input: DeleteCredentialInput!) {
  deleteCredential(input: $input) {
    __typename
    ... on DeleteCredentialSuccess {
      deletedCredentialId
      revocation {
        outcome
        message
      }
    }
    ... on CredentialInUseError {
      activeFlowCount
      activeFlows(first: 100) {
        nodes {
          id
          name
        }
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<DeleteCredentialMutation, DeleteCredentialMutationVariables>;
export const VerifyCredentialDocument = new TypedDocumentString(`
    mutation VerifyCredential($input: VerifyCredentialInput!) {
  verifyCredential(input: $input) {
    __typename
    ... on VerifyCredentialSuccess {
      credential {
        id
        name
        status
      }
      verification {
        outcome
        reason
        message
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<VerifyCredentialMutation, VerifyCredentialMutationVariables>;
export const ReplaceCredentialDocument = new TypedDocumentString(`
    mutation ReplaceCredential($input: ReplaceCredentialInput!) {
  replaceCredential(input: $input) {
    __typename
    ... on ReplaceCredentialSuccess {
      flowCount
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<ReplaceCredentialMutation, ReplaceCredentialMutationVariables>;
export const OthersDocument = new TypedDocumentString(`
    query Others($componentId: ID!) {
  credentials(first: 100, filter: {componentId: $componentId}) {
    nodes {
      id
      name
      status
    }
  }
}
    `) as unknown as TypedDocumentString<OthersQuery, OthersQueryVariables>;
export const VerificationJobDocument = new TypedDocumentString(`
    query VerificationJob($id: ID!) {
  verificationJob(id: $id) {
    ...JobFields
  }
}
    fragment JobFields on VerificationJob {
  id
  status
  component {
    id
  }
  total
  done
  accepted
  rejected
  unavailable
  notVerifiable
  skipped
  waitsUntil
}`) as unknown as TypedDocumentString<VerificationJobQuery, VerificationJobQueryVariables>;
export const VerificationJobsDocument = new TypedDocumentString(`
    query VerificationJobs {
  verificationJobs(first: 10) {
    nodes {
      id
      status
      component {
        id
      }
    }
  }
}
    `) as unknown as TypedDocumentString<VerificationJobsQuery, VerificationJobsQueryVariables>;
export const VerifyCredentialsDocument = new TypedDocumentString(`
    mutation VerifyCredentials($input: VerifyCredentialsInput!) {
  verifyCredentials(input: $input) {
    __typename
    ... on VerifyCredentialsSuccess {
      job {
        ...JobFields
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
fragment JobFields on VerificationJob {
  id
  status
  component {
    id
  }
  total
  done
  accepted
  rejected
  unavailable
  notVerifiable
  skipped
  waitsUntil
}`) as unknown as TypedDocumentString<VerifyCredentialsMutation, VerifyCredentialsMutationVariables>;
export const CancelVerificationJobDocument = new TypedDocumentString(`
    mutation CancelVerificationJob($input: CancelVerificationJobInput!) {
  cancelVerificationJob(input: $input) {
    __typename
    ... on CancelVerificationJobSuccess {
      job {
        ...JobFields
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
fragment JobFields on VerificationJob {
  id
  status
  component {
    id
  }
  total
  done
  accepted
  rejected
  unavailable
  notVerifiable
  skipped
  waitsUntil
}`) as unknown as TypedDocumentString<CancelVerificationJobMutation, CancelVerificationJobMutationVariables>;
export const FlowsDocument = new TypedDocumentString(`
    query Flows($search: String, $after: String) {
  flows(first: 20, after: $after, filter: {search: $search}) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...FlowFields
    }
  }
}
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
    component {
      id
      key
      title
      iconUrl
      requiresCredential
    }
    credential {
      id
      name
      status
    }
  }
  problems {
    stepKey
    kind
    message
  }
}`) as unknown as TypedDocumentString<FlowsQuery, FlowsQueryVariables>;
export const FlowDocument = new TypedDocumentString(`
    query Flow($id: ID!) {
  flow(id: $id) {
    ...FlowFields
  }
}
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
    component {
      id
      key
      title
      iconUrl
      requiresCredential
    }
    credential {
      id
      name
      status
    }
  }
  problems {
    stepKey
    kind
    message
  }
}`) as unknown as TypedDocumentString<FlowQuery, FlowQueryVariables>;
export const StepComponentDocument = new TypedDocumentString(`
    query StepComponent($id: ID!, $after: String) {
  component(id: $id) {
    id
    key
    title
    description
    docsUrl
    requiresCredential
    authMethods {
      ...FieldSpecs
    }
    credentials(first: 20, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        name
        status
        lastVerification {
          outcome
          reason
          message
          checkedAt
        }
      }
    }
  }
}
    fragment FieldSpecs on AuthMethod {
  key
  title
  kind
  verifiable
  scopes
  oauth {
    callbackUrl
    provider {
      key
      client {
        source
      }
    }
  }
  fields {
    key
    label
    view
    required
    secret
    placeholder
    note
    helpUrl
    options {
      value
      label
    }
    fetchesOptions
    pattern
    patternMessage
    group
    visibleWhen {
      field
      oneOf
    }
    defaultValue
    destination
  }
}`) as unknown as TypedDocumentString<StepComponentQuery, StepComponentQueryVariables>;
export const CreateFlowDocument = new TypedDocumentString(`
    mutation CreateFlow($input: CreateFlowInput!) {
  createFlow(input: $input) {
    __typename
    ... on CreateFlowSuccess {
      flow {
        ...FlowFields
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
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
    component {
      id
      key
      title
      iconUrl
      requiresCredential
    }
    credential {
      id
      name
      status
    }
  }
  problems {
    stepKey
    kind
    message
  }
}`) as unknown as TypedDocumentString<CreateFlowMutation, CreateFlowMutationVariables>;
export const UpdateFlowDocument = new TypedDocumentString(`
    mutation UpdateFlow($input: UpdateFlowInput!) {
  updateFlow(input: $input) {
    __typename
    ... on UpdateFlowSuccess {
      flow {
        ...FlowFields
      }
    }
    ... on ValidationError {
      issues {
        path
        message
      }
    }
    ... on FlowNotActivatableError {
      problems {
        stepKey
        kind
        message
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
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
    component {
      id
      key
      title
      iconUrl
      requiresCredential
    }
    credential {
      id
      name
      status
    }
  }
  problems {
    stepKey
    kind
    message
  }
}`) as unknown as TypedDocumentString<UpdateFlowMutation, UpdateFlowMutationVariables>;
export const ActivateFlowDocument = new TypedDocumentString(`
    mutation ActivateFlow($input: ActivateFlowInput!) {
  activateFlow(input: $input) {
    __typename
    ... on ActivateFlowSuccess {
      flow {
        ...FlowFields
      }
    }
    ... on FlowNotActivatableError {
      problems {
        stepKey
        kind
        message
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
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
    component {
      id
      key
      title
      iconUrl
      requiresCredential
    }
    credential {
      id
      name
      status
    }
  }
  problems {
    stepKey
    kind
    message
  }
}`) as unknown as TypedDocumentString<ActivateFlowMutation, ActivateFlowMutationVariables>;
export const DeactivateFlowDocument = new TypedDocumentString(`
    mutation DeactivateFlow($input: DeactivateFlowInput!) {
  deactivateFlow(input: $input) {
    __typename
    ... on DeactivateFlowSuccess {
      flow {
        ...FlowFields
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
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
    component {
      id
      key
      title
      iconUrl
      requiresCredential
    }
    credential {
      id
      name
      status
    }
  }
  problems {
    stepKey
    kind
    message
  }
}`) as unknown as TypedDocumentString<DeactivateFlowMutation, DeactivateFlowMutationVariables>;
export const DeleteFlowDocument = new TypedDocumentString(`
    mutation DeleteFlow($input: DeleteFlowInput!) {
  deleteFlow(input: $input) {
    __typename
    ... on DeleteFlowSuccess {
      deletedFlowId
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<DeleteFlowMutation, DeleteFlowMutationVariables>;
export const LinkCredentialDocument = new TypedDocumentString(`
    mutation LinkCredential($input: LinkCredentialInput!) {
  linkCredential(input: $input) {
    __typename
    ... on LinkCredentialSuccess {
      flow {
        ...FlowFields
      }
    }
    ... on FlowNotActivatableError {
      problems {
        stepKey
        kind
        message
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
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
    component {
      id
      key
      title
      iconUrl
      requiresCredential
    }
    credential {
      id
      name
      status
    }
  }
  problems {
    stepKey
    kind
    message
  }
}`) as unknown as TypedDocumentString<LinkCredentialMutation, LinkCredentialMutationVariables>;
export const HealthDocument = new TypedDocumentString(`
    query Health($soon: DateTime!) {
  verified: credentials(first: 1, filter: {status: [VERIFIED]}) {
    totalCount
  }
  unverified: credentials(first: 1, filter: {status: [UNVERIFIED]}) {
    totalCount
  }
  rejected: credentials(first: 1, filter: {status: [REJECTED]}) {
    totalCount
  }
  disconnected: credentials(first: 1, filter: {status: [NEEDS_REAUTHORIZATION]}) {
    totalCount
  }
  expired: credentials(first: 1, filter: {status: [EXPIRED]}) {
    totalCount
  }
  attention: credentials(
    first: 100
    filter: {status: [REJECTED, NEEDS_REAUTHORIZATION, EXPIRED, UNVERIFIED]}
  ) {
    totalCount
    nodes {
      ...HealthRow
    }
  }
  ending: credentials(
    first: 100
    filter: {expiresBefore: $soon, status: [VERIFIED, UNVERIFIED, REJECTED, NEEDS_REAUTHORIZATION]}
  ) {
    totalCount
    nodes {
      ...HealthRow
    }
  }
  unused: credentials(first: 100, filter: {unused: true}) {
    totalCount
    nodes {
      ...HealthRow
    }
  }
}
    fragment HealthRow on Credential {
  id
  name
  status
  component {
    id
    key
    title
    iconUrl
  }
  authMethod {
    key
    verifiable
  }
  lastVerification {
    outcome
    reason
    message
    checkedAt
  }
  lastUsedAt
  expiresAt
  accessTokenExpiresAt
  missingScopes
  connection {
    account {
      id
      name
    }
    renewable
    problem {
      reason
      message
      at
    }
  }
}`) as unknown as TypedDocumentString<HealthQuery, HealthQueryVariables>;
export const DeleteCredentialsDocument = new TypedDocumentString(`
    mutation DeleteCredentials($input: DeleteCredentialsInput!) {
  deleteCredentials(input: $input) {
    __typename
    ... on DeleteCredentialsSuccess {
      deletedCredentialIds
      revocations {
        credentialId
        revocation {
          outcome
        }
      }
    }
    ... on CredentialsInUseError {
      blocked {
        credential {
          id
          name
        }
        activeFlowCount
        activeFlows(first: 20) {
          nodes {
            id
            name
          }
        }
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<DeleteCredentialsMutation, DeleteCredentialsMutationVariables>;
export const MembersDocument = new TypedDocumentString(`
    query Members($after: String) {
  members(first: 100, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      name
      email
      role
      byRule
      createdAt
    }
  }
}
    `) as unknown as TypedDocumentString<MembersQuery, MembersQueryVariables>;
export const UpdateMemberDocument = new TypedDocumentString(`
    mutation UpdateMember($input: UpdateMemberInput!) {
  updateMember(input: $input) {
    __typename
    ... on UpdateMemberSuccess {
      member {
        id
        name
        role
        byRule
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<UpdateMemberMutation, UpdateMemberMutationVariables>;
export const RemoveMemberDocument = new TypedDocumentString(`
    mutation RemoveMember($input: RemoveMemberInput!) {
  removeMember(input: $input) {
    __typename
    ... on RemoveMemberSuccess {
      removedMemberId
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<RemoveMemberMutation, RemoveMemberMutationVariables>;
export const InvitationsDocument = new TypedDocumentString(`
    query Invitations($after: String) {
  invitations(first: 100, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      role
      note
      invitedBy
      createdAt
      expiresAt
    }
  }
}
    `) as unknown as TypedDocumentString<InvitationsQuery, InvitationsQueryVariables>;
export const CreateInvitationDocument = new TypedDocumentString(`
    mutation CreateInvitation($input: CreateInvitationInput!) {
  createInvitation(input: $input) {
    __typename
    ... on CreateInvitationSuccess {
      invitation {
        id
      }
      link
    }
    ...ProblemFields
    ... on ValidationError {
      issues {
        path
        message
      }
    }
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<CreateInvitationMutation, CreateInvitationMutationVariables>;
export const RevokeInvitationDocument = new TypedDocumentString(`
    mutation RevokeInvitation($input: RevokeInvitationInput!) {
  revokeInvitation(input: $input) {
    __typename
    ... on RevokeInvitationSuccess {
      revokedInvitationId
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<RevokeInvitationMutation, RevokeInvitationMutationVariables>;
export const CreateWorkspaceDocument = new TypedDocumentString(`
    mutation CreateWorkspace($input: CreateWorkspaceInput!) {
  createWorkspace(input: $input) {
    __typename
    ... on CreateWorkspaceSuccess {
      workspace {
        id
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<CreateWorkspaceMutation, CreateWorkspaceMutationVariables>;
export const UpdateWorkspaceDocument = new TypedDocumentString(`
    mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {
  updateWorkspace(input: $input) {
    __typename
    ... on UpdateWorkspaceSuccess {
      workspace {
        id
        name
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<UpdateWorkspaceMutation, UpdateWorkspaceMutationVariables>;
export const DeleteWorkspaceDocument = new TypedDocumentString(`
    mutation DeleteWorkspace($input: DeleteWorkspaceInput!) {
  deleteWorkspace(input: $input) {
    __typename
    ... on DeleteWorkspaceSuccess {
      deletedWorkspaceId
    }
    ...ProblemFields
    ... on ValidationError {
      issues {
        path
        message
      }
    }
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<DeleteWorkspaceMutation, DeleteWorkspaceMutationVariables>;
export const ActiveFlowsDocument = new TypedDocumentString(`
    query ActiveFlows {
  flows(first: 1, filter: {status: ACTIVE}) {
    totalCount
  }
}
    `) as unknown as TypedDocumentString<ActiveFlowsQuery, ActiveFlowsQueryVariables>;
export const TokensDocument = new TypedDocumentString(`
    query Tokens($after: String) {
  apiTokens(first: 100, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      name
      role
      scopes
      createdAt
      expiresAt
      lastUsedAt
    }
  }
}
    `) as unknown as TypedDocumentString<TokensQuery, TokensQueryVariables>;
export const CreateTokenDocument = new TypedDocumentString(`
    mutation CreateToken($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    __typename
    ... on CreateApiTokenSuccess {
      apiToken {
        id
        name
      }
      token
    }
    ...ProblemFields
    ... on ValidationError {
      issues {
        path
        message
      }
    }
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<CreateTokenMutation, CreateTokenMutationVariables>;
export const RevokeTokenDocument = new TypedDocumentString(`
    mutation RevokeToken($input: RevokeApiTokenInput!) {
  revokeApiToken(input: $input) {
    __typename
    ... on RevokeApiTokenSuccess {
      revokedApiTokenId
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<RevokeTokenMutation, RevokeTokenMutationVariables>;
export const ProvidersDocument = new TypedDocumentString(`
    query Providers {
  oauthProviders {
    ...ClientFields
  }
}
    fragment ClientFields on OAuthProvider {
  key
  callbackUrl
  components {
    id
    key
    title
    iconUrl
  }
  client {
    clientId
    source
    credentialCount
    updatedAt
  }
}`) as unknown as TypedDocumentString<ProvidersQuery, ProvidersQueryVariables>;
export const SetClientDocument = new TypedDocumentString(`
    mutation SetClient($input: SetOAuthClientInput!) {
  setOAuthClient(input: $input) {
    __typename
    ... on SetOAuthClientSuccess {
      provider {
        ...ClientFields
      }
    }
    ...ProblemFields
    ... on ValidationError {
      issues {
        path
        message
      }
    }
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
fragment ClientFields on OAuthProvider {
  key
  callbackUrl
  components {
    id
    key
    title
    iconUrl
  }
  client {
    clientId
    source
    credentialCount
    updatedAt
  }
}`) as unknown as TypedDocumentString<SetClientMutation, SetClientMutationVariables>;
export const DeleteClientDocument = new TypedDocumentString(`
    mutation DeleteClient($input: DeleteOAuthClientInput!) {
  deleteOAuthClient(input: $input) {
    __typename
    ... on DeleteOAuthClientSuccess {
      provider {
        ...ClientFields
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}
fragment ClientFields on OAuthProvider {
  key
  callbackUrl
  components {
    id
    key
    title
    iconUrl
  }
  client {
    clientId
    source
    credentialCount
    updatedAt
  }
}`) as unknown as TypedDocumentString<DeleteClientMutation, DeleteClientMutationVariables>;
export const SessionsDocument = new TypedDocumentString(`
    query Sessions {
  viewer {
    id
    sessions {
      id
      current
      createdAt
      lastSeenAt
      expiresAt
      userAgent
      address
    }
  }
}
    `) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const RevokeSessionDocument = new TypedDocumentString(`
    mutation RevokeSession($input: RevokeSessionInput!) {
  revokeSession(input: $input) {
    __typename
    ... on RevokeSessionSuccess {
      revokedSessionId
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Error {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<RevokeSessionMutation, RevokeSessionMutationVariables>;