package graph

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"keyward/graph/model"
	"keyward/internal/auth"
	"keyward/internal/requestid"
	"keyward/internal/vault"
	"keyward/models"
)

// Codes of errors[]: what is not an expected failure of a mutation.
const (
	codeForbidden  = "FORBIDDEN"
	codeBadRequest = "BAD_REQUEST"
	codeTooCostly  = "TOO_COSTLY"
	codeInternal   = "INTERNAL"
)

// failure makes an expected failure the mutation's answer. Everything else goes on as an error, to present.
func failure[Result any](ctx context.Context, l loader, sel ast.SelectionSet, err error) (Result, error) {
	var none Result
	typed, loadErr := l.typed(ctx, sel, err)
	if loadErr != nil {
		return none, loadErr
	}
	if result, ok := typed.(Result); ok {
		return result, nil
	}
	return none, err
}

// typed is the one place that maps the rules' errors to the schema's.
func (l loader) typed(ctx context.Context, sel ast.SelectionSet, err error) (any, error) {
	if e, ok := errors.AsType[*models.NotFoundError](err); ok {
		return &model.NotFoundError{Code: model.ErrorCodeNotFound, Message: e.Error(), Path: e.Path}, nil
	}
	if e, ok := errors.AsType[*models.ValidationError](err); ok {
		return newValidationError(e), nil
	}
	if e, ok := errors.AsType[*models.ConflictError](err); ok {
		return &model.ConflictError{Code: model.ErrorCodeConflict, Message: e.Error(), Path: []string{"expectedVersion"}, CurrentVersion: &e.CurrentVersion}, nil
	}
	if e, ok := errors.AsType[*models.VerificationFailedError](err); ok {
		return &model.VerificationFailedError{
			Code: model.ErrorCodeVerificationFailed, Message: e.Error(), Path: []string{"fields"}, Verification: newVerification(e.Verification),
		}, nil
	}
	if e, ok := errors.AsType[*models.OAuthError](err); ok {
		return &model.OAuthError{Code: model.ErrorCodeOauthFailed, Message: e.Error(), Reason: e.Reason}, nil
	}
	if e, ok := errors.AsType[*models.FlowNotActivatableError](err); ok {
		typed := &model.FlowNotActivatableError{Code: model.ErrorCodeFlowNotActivatable, Message: e.Error(), Path: e.Path}
		for _, problem := range e.Problems {
			typed.Problems = append(typed.Problems, newFlowProblem(problem))
		}
		return typed, nil
	}
	if e, ok := errors.AsType[*models.DescriptorInvalidError](err); ok {
		typed := &model.DescriptorInvalidError{Code: model.ErrorCodeDescriptorInvalid, Message: e.Error(), Path: []string{"descriptor"}}
		for _, p := range e.Problems {
			typed.Problems = append(typed.Problems, &model.DescriptorProblem{Pointer: p.Pointer, Message: p.Message})
		}
		return typed, nil
	}
	if e, ok := errors.AsType[*models.ComponentBreakingChangeError](err); ok {
		return l.breakingChange(ctx, sel, e)
	}
	if e, ok := errors.AsType[*models.LastOwnerError](err); ok {
		return &model.LastOwnerError{Code: model.ErrorCodeLastOwner, Message: e.Error(), Path: []string{"id"}}, nil
	}
	if e, ok := errors.AsType[*models.IdempotencyKeyReusedError](err); ok {
		return &model.IdempotencyKeyReusedError{Code: model.ErrorCodeIdempotencyKeyReused, Message: e.Error(), Path: []string{"idempotencyKey"}}, nil
	}
	if e, ok := errors.AsType[*models.RateLimitedError](err); ok {
		return &model.RateLimitedError{Code: model.ErrorCodeRateLimited, Message: e.Error(), RetryAfterMs: milliseconds(e.RetryAfter)}, nil
	}
	if e, ok := errors.AsType[*models.ComponentMismatchError](err); ok {
		return l.componentMismatch(ctx, sel, e)
	}
	if e, ok := errors.AsType[*models.CredentialInUseError](err); ok {
		return l.credentialInUse(ctx, sel, e)
	}
	if e, ok := errors.AsType[*models.CredentialsInUseError](err); ok {
		return l.credentialsInUse(ctx, sel, e)
	}
	return nil, err
}

// milliseconds rounds up: who waits as long as it says must not be too early.
func milliseconds(d time.Duration) int32 {
	return int32(min((d+time.Millisecond-1)/time.Millisecond, math.MaxInt32)) //nolint:gosec // bounded on the left
}

func newValidationError(e *models.ValidationError) *model.ValidationError {
	typed := &model.ValidationError{Code: model.ErrorCodeValidationFailed, Message: e.Error()}
	for _, issue := range e.Issues {
		typed.Issues = append(typed.Issues, &model.ValidationIssue{Path: issue.Path, Message: issue.Message})
	}
	if len(e.Issues) == 1 {
		typed.Path = e.Issues[0].Path
	}
	return typed
}

func (l loader) componentMismatch(ctx context.Context, sel ast.SelectionSet, e *models.ComponentMismatchError) (any, error) {
	typed := &model.ComponentMismatchError{Code: model.ErrorCodeComponentMismatch, Message: e.Error(), Path: e.Path}
	for _, side := range []struct {
		name   string
		source *models.Component
		target **model.Component
	}{{"expected", e.Expected, &typed.Expected}, {"actual", e.Actual, &typed.Actual}} {
		sideSel, _ := below(l.op, sel, "ComponentMismatchError", side.name)
		nodes, err := l.components(ctx, []*models.Component{side.source}, sideSel)
		if err != nil {
			return nil, err
		}
		*side.target = nodes[0]
	}
	return typed, nil
}

func (l loader) credentialInUse(ctx context.Context, sel ast.SelectionSet, e *models.CredentialInUseError) (any, error) {
	typed := &model.CredentialInUseError{
		Code: model.ErrorCodeCredentialInUse, Message: e.Error(), Path: []string{"id"},
		ActiveFlowCount: total(e.Flows.Total), FlowPages: map[model.PageKey]*model.FlowConnection{},
	}
	blocked := []models.BlockedCredential{{Credential: models.Credential{ID: e.CredentialID}, Flows: e.Flows}}
	for _, f := range fields(l.op, sel, "CredentialInUseError") {
		if f.name != "activeFlows" {
			continue
		}
		pages, err := l.blockingFlows(ctx, blocked, f)
		if err != nil {
			return nil, err
		}
		typed.FlowPages[model.NewPageKey(f.first(), f.after(), nil)] = pages[0]
	}
	return typed, nil
}

func (l loader) credentialsInUse(ctx context.Context, sel ast.SelectionSet, e *models.CredentialsInUseError) (any, error) {
	typed := &model.CredentialsInUseError{Code: model.ErrorCodeCredentialInUse, Message: e.Error(), Path: []string{"ids"}}
	rows := make([]models.Credential, len(e.Blocked))
	for i, blocked := range e.Blocked {
		rows[i] = blocked.Credential
		typed.Blocked = append(typed.Blocked, &model.BlockedCredential{
			ActiveFlowCount: total(blocked.Flows.Total), FlowPages: map[model.PageKey]*model.FlowConnection{},
		})
	}
	blockedSel, _ := below(l.op, sel, "CredentialsInUseError", "blocked")
	for _, f := range fields(l.op, blockedSel, "BlockedCredential") {
		switch f.name {
		case "credential":
			nodes, err := l.credentials(ctx, rows, f.sel)
			if err != nil {
				return nil, err
			}
			for i, node := range nodes {
				typed.Blocked[i].Credential = node
			}
		case "activeFlows":
			pages, err := l.blockingFlows(ctx, e.Blocked, f)
			if err != nil {
				return nil, err
			}
			for i, page := range pages {
				typed.Blocked[i].FlowPages[model.NewPageKey(f.first(), f.after(), nil)] = page
			}
		}
	}
	return typed, nil
}

// blockingFlows answers the first page of each credential's flows from what the refusing transaction saw; only further
// pages are read anew.
func (l loader) blockingFlows(ctx context.Context, blocked []models.BlockedCredential, f *field) ([]*model.FlowConnection, error) {
	nodeSel, _ := connection(l.op, f.sel, "Flow")
	args, err := pageArgs(f.first(), f.after(), vault.MaxPage, true)
	if err != nil {
		return nil, err
	}
	ids, pages := make([]string, len(blocked)), make([]models.Page[models.Flow], len(blocked))
	for i, b := range blocked {
		ids[i], pages[i] = b.Credential.ID, b.Flows
	}
	if args.After != nil {
		active := true
		further, err := l.Vault.FlowsOfCredentials(ctx, l.caller, ids, &active, args)
		if err != nil {
			return nil, err
		}
		for i, id := range ids {
			pages[i] = further[id]
		}
	}
	var all []models.Flow
	for i, page := range pages {
		if len(page.Items) > args.First {
			pages[i].Items, pages[i].HasNext = page.Items[:args.First], true
		}
		all = append(all, pages[i].Items...)
	}
	nodes, err := l.flows(ctx, all, nodeSel)
	if err != nil {
		return nil, err
	}
	list := make([]*model.FlowConnection, len(pages))
	for i, page := range pages {
		list[i] = flowConnection(page, nodes[:len(page.Items)], args.After)
		nodes = nodes[len(page.Items):]
	}
	return list, nil
}

// presenter turns what is left into errors[]: stable, short, free of what was sent and of what a database said.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		if errors.Is(err, models.ErrForbidden) {
			message := "Your role, or your token's scopes, may not do this. Ask an owner of the workspace for a role or a token that may."
			if errors.Is(err, models.ErrUndecided) {
				message = "Several workspaces are yours, and nothing is changed in one that you didn't choose: name it in the X-Workspace header. See viewer.workspaces."
			}
			e := coded(ctx, codeForbidden, message)
			if at, ok := errors.AsType[*gqlerror.Error](err); ok {
				e.Path = at.Path
			}
			caller := auth.Caller(ctx)
			log.WarnContext(ctx, "forbidden", "field", rootField(ctx), "caller", caller.ID, "role", caller.Role, "workspace", caller.WorkspaceID, "request_id", requestid.From(ctx))
			return e
		}
		if e, ok := errors.AsType[*models.BadRequestError](err); ok {
			return coded(ctx, codeBadRequest, e.Message)
		}
		if e, ok := errors.AsType[*gqlerror.Error](err); ok && e.Err == nil {
			told := requestError(e)
			if code := told.Extensions["code"]; code != codeBadRequest {
				log.WarnContext(ctx, "refused", "code", code, "caller", auth.Caller(ctx).ID, "request_id", requestid.From(ctx))
			}
			return told
		}
		id := requestid.From(ctx)
		log.ErrorContext(ctx, "request failed", "error", err.Error(), "request_id", id)
		e := coded(ctx, codeInternal, "Something went wrong here, not with you. Try again; if it stays, tell the operator this request id: "+id)
		e.Extensions["requestId"] = id
		return e
	}
}

// rootField is the schema's name of the field that is being answered; the alias is the client's, and may be anything.
func rootField(ctx context.Context) string {
	if root := graphql.GetRootFieldContext(ctx); root != nil {
		return root.Field.Name
	}
	return ""
}

func coded(ctx context.Context, code, message string) *gqlerror.Error {
	return &gqlerror.Error{Message: message, Path: graphql.GetPath(ctx), Extensions: map[string]any{"code": code}}
}

// requestError codes what the parser, the validator or a limit says, and keeps what was sent out of it: it may be a
// secret that went to the wrong place.
func requestError(e *gqlerror.Error) *gqlerror.Error {
	code := codeBadRequest
	message := e.Message
	said, _ := e.Extensions["code"].(string)
	switch {
	case said == codeTooCostly || said == codeForbidden:
		code = said
	case said == errcode.ParseFailed:
		message = "The document can't be parsed at this place."
	case e.Rule != "":
		message = ruleBroken(e.Rule)
	case len(e.Path) > 0 && e.Path[0] == ast.PathName("variable"):
		message = variableProblem(message)
	case message == "operation  not found":
		message = "The document has several operations: say in operationName which one to run."
	case strings.HasPrefix(message, "operation ") && strings.HasSuffix(message, " not found"):
		message = "The document has no operation of the name that operationName says."
	case message == "no operation provided":
		message = "The document has no operation."
	}
	return &gqlerror.Error{Message: message, Path: shortened(e.Path), Locations: e.Locations, Extensions: map[string]any{"code": code}}
}

// variableProblem says in a sentence what gqlparser found wrong with a variable, whose place the error's path tells.
func variableProblem(message string) string {
	switch message {
	case oneOfProblem:
		return message
	case "must be defined":
		return "This must be given."
	case "cannot be null":
		return "This must not be null."
	case "unknown field":
		return "This input has no such field."
	}
	return "This value is not of the type that the schema asks for."
}

// shortened keeps a name that was sent, and that can be of any length, from filling the answer.
func shortened(path ast.Path) ast.Path {
	short := slices.Clone(path)
	for i, part := range short {
		if name, ok := part.(ast.PathName); ok && len(name) > 100 {
			short[i] = ast.PathName(strings.ToValidUTF8(string(name[:100]), "") + "…")
		}
	}
	return short
}

// recoverer logs where a panic came from, never what it carried: that may be a secret.
func recoverer(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, _ any) error {
		log.ErrorContext(ctx, "panic", "stack", string(debug.Stack()), "request_id", requestid.From(ctx))
		return errors.New("panic")
	}
}
