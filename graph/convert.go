package graph

import (
	"net/url"
	"strings"

	"keyward/graph/model"
	"keyward/internal/vault"
	"keyward/models"
)

// optional is nil for an empty text.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func newComponent(c *models.Component, baseURL string) *model.Component {
	node := &model.Component{
		Source: c, ID: c.ID, Key: c.Key, Version: c.Version, Custom: c.Custom, Retired: c.Retired, Title: c.Title, Description: c.Description, Category: c.Category,
		DocsURL: optional(c.DocsURL), RequiresCredential: c.RequiresCredential(), AuthMethods: []*model.AuthMethod{},
	}
	if len(c.Icon) > 0 {
		icon := baseURL + "/components/" + url.PathEscape(c.Key) + "/icon.svg"
		node.IconURL = &icon
	}
	return node
}

func newAuthMethod(m *models.AuthMethod) *model.AuthMethod {
	node := &model.AuthMethod{
		Key: m.Key, Title: m.Title, Kind: m.Kind, Verifiable: m.DryRequest != nil,
		Fields: make([]*model.FieldSpec, len(m.Fields)), Scopes: append([]string{}, m.Scopes...),
	}
	for i := range m.Fields {
		node.Fields[i] = newFieldSpec(&m.Fields[i])
	}
	return node
}

func newFieldSpec(f *models.FieldSpec) *model.FieldSpec {
	node := &model.FieldSpec{
		Key: f.Key, Label: f.Label, View: f.View, Required: f.Required, Secret: f.Secret, Destination: f.Destination,
		Placeholder: optional(f.Placeholder), Note: optional(f.Note), HelpURL: optional(f.HelpURL),
		Options: newOptions(f.Options), FetchesOptions: f.OptionsFrom != nil,
		Pattern: optional(f.Pattern), PatternMessage: optional(f.PatternMessage), Group: optional(f.Group),
		Order: int32(f.Order), DefaultValue: optional(f.DefaultValue), //nolint:gosec // the catalog's schema bounds it
	}
	if f.VisibleWhen != nil {
		node.VisibleWhen = &model.FieldCondition{Field: f.VisibleWhen.Field, OneOf: f.VisibleWhen.OneOf}
	}
	return node
}

func newOptions(options []models.FieldOption) []*model.FieldOption {
	list := make([]*model.FieldOption, len(options))
	for i, option := range options {
		list[i] = &model.FieldOption{Value: option.Value, Label: option.Label}
	}
	return list
}

func newCredential(c *models.Credential, status models.CredentialStatus) *model.Credential {
	return &model.Credential{
		Source: *c, ID: c.ID, Version: c.Version, ComponentVersion: c.ComponentVersion, Name: c.Name, Status: status, ExpiresAt: c.ExpiresAt,
		Fields: []*model.CredentialField{}, History: []*model.Verification{}, GrantedScopes: []string{}, MissingScopes: []string{}, Tags: []string{},
		LastUsedAt: c.LastUsedAt, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
}

// newCredentialFields never shows the value of a field that its spec calls secret, whatever was stored.
func newCredentialFields(m *models.AuthMethod, shown []models.ShownField) []*model.CredentialField {
	byKey := make(map[string]models.ShownField, len(shown))
	for _, field := range shown {
		byKey[field.Key] = field
	}
	list := make([]*model.CredentialField, len(m.Fields))
	for i := range m.Fields {
		spec := &m.Fields[i]
		field := byKey[spec.Key]
		list[i] = &model.CredentialField{Key: spec.Key, Label: spec.Label, Secret: spec.Secret, IsSet: field.IsSet, Hint: field.Hint}
		if !spec.Secret {
			list[i].Value, list[i].Values = field.Value, field.Values
		}
	}
	return list
}

func newRevocation(r models.Revocation) *model.Revocation {
	return &model.Revocation{Outcome: r.Outcome, Message: r.Message()}
}

func newOAuthClient(c *vault.OAuthClient) *model.OAuthClient {
	if c == nil {
		return nil
	}
	node := &model.OAuthClient{ClientID: c.ClientID, Source: model.OAuthClientSourceOperator, CredentialCount: total(c.Connections), UpdatedAt: c.UpdatedAt}
	if c.Own {
		node.Source = model.OAuthClientSourceWorkspace
	}
	return node
}

// setGrant tells what is known of the credential's connection.
func setGrant(c *model.Credential, g *models.Grant) {
	c.GrantedScopes, c.MissingScopes, c.AccessTokenExpiresAt = g.GrantedScopes, g.Missing(), g.EndsAt
	c.Connection = &model.OAuthConnection{RequestedScopes: g.RequestedScopes, Renewable: g.Renewable, RenewedAt: g.RenewedAt, RenewsAt: g.RenewsAt}
	if g.AccountID != "" || g.AccountName != "" {
		c.Connection.Account = &model.ExternalAccount{ID: optional(g.AccountID), Name: optional(g.AccountName)}
	}
	if g.Problem != models.OAuthNone && g.ProblemAt != nil {
		c.Connection.Problem = &model.OAuthProblem{Reason: g.Problem, Message: g.Problem.Message(), At: *g.ProblemAt}
	}
}

func newNewAuthorization(in model.AuthorizeCredentialInput) vault.NewAuthorization {
	begun := vault.NewAuthorization{
		ComponentID: text(in.ComponentID), CredentialID: text(in.CredentialID), Method: text(in.AuthMethod), Name: text(in.Name), Fields: newFields(in.Fields),
		Scopes: in.Scopes, Tags: in.Tags, SaveUnverified: in.SaveUnverified, ReturnTo: text(in.ReturnTo), Issues: issues(&in),
	}
	if in.LinkTo != nil {
		begun.LinkTo = &vault.StepRef{FlowID: in.LinkTo.FlowID, StepKey: in.LinkTo.StepKey}
	}
	return begun
}

func newVerification(v models.Verification) *model.Verification {
	node := &model.Verification{Outcome: v.Outcome, Message: v.Message(), CheckedAt: v.CheckedAt, DurationMs: v.DurationMs}
	if v.Reason != models.ReasonNone {
		node.Reason = &v.Reason
	}
	return node
}

func newFlow(f *models.Flow) *model.Flow {
	status := model.FlowStatusInactive
	if f.Active {
		status = model.FlowStatusActive
	}
	return &model.Flow{ID: f.ID, Version: f.Version, Name: f.Name, Status: status, CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt}
}

func newFlowStep(s *vault.Step) *model.FlowStep {
	return &model.FlowStep{Key: s.Key, Position: s.Position, Function: s.Function}
}

func newFlowProblem(p models.FlowProblem) *model.FlowProblem {
	return &model.FlowProblem{StepKey: p.StepKey, Kind: p.Kind, Message: p.Message}
}

func newWorkspace(w models.Workspace) *model.Workspace {
	return &model.Workspace{ID: w.ID, Name: w.Name}
}

// newFields takes the fields of an input; the validator has refused those without a value.
func newFields(inputs []*model.FieldInput) []vault.Field {
	list := make([]vault.Field, len(inputs))
	for i, in := range inputs {
		list[i].Key = in.Key
		if value := in.Value.Value(); value != nil {
			list[i].Value = *value
		}
	}
	return list
}

func newStepSpecs(inputs []*model.FlowStepInput) []vault.StepSpec {
	list := make([]vault.StepSpec, len(inputs))
	for i, in := range inputs {
		list[i] = vault.StepSpec{
			Key: in.Key, ComponentID: in.ComponentID, Function: in.Function,
			Credential: in.CredentialID.Value(), Given: in.CredentialID.IsSet(),
		}
	}
	return list
}

// text is empty for nil.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func trimmed(texts []string) []string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = strings.TrimSpace(text)
	}
	return list
}

func newOptionsQuestion(in model.FetchFieldOptionsInput) vault.OptionsQuestion {
	return vault.OptionsQuestion{
		ComponentID: in.ComponentID, Method: text(in.AuthMethod), Field: in.Field, CredentialID: text(in.CredentialID), Fields: newFields(in.Fields), Issues: issues(&in),
	}
}

func newNewCredential(in model.CreateCredentialInput) vault.NewCredential {
	created := vault.NewCredential{
		ComponentID: in.ComponentID, Method: text(in.AuthMethod), Name: text(in.Name), Fields: newFields(in.Fields),
		SaveUnverified: in.SaveUnverified, Tags: in.Tags, ExpiresAt: in.ExpiresAt, IdempotencyKey: text(in.IdempotencyKey), Issues: issues(&in),
	}
	if in.LinkTo != nil {
		created.LinkTo = &vault.StepRef{FlowID: in.LinkTo.FlowID, StepKey: in.LinkTo.StepKey}
	}
	if in.Tokens != nil {
		created.Tokens = newGivenTokens(in.Tokens)
	}
	return created
}

func newGivenTokens(in *model.OAuthTokensInput) *vault.GivenTokens {
	value := func(v *models.FieldValue) models.FieldValue {
		if v == nil {
			return models.FieldValue{}
		}
		return *v
	}
	tokens := &vault.GivenTokens{
		Access: value(in.AccessToken), Refresh: value(in.RefreshToken), Secret: value(in.TokenSecret), EndsAt: in.ExpiresAt, Scopes: in.Scopes,
	}
	for _, captured := range in.Captured {
		tokens.Captured = append(tokens.Captured, vault.CapturedValue{Name: captured.Name, Value: captured.Value})
	}
	return tokens
}

func newCredentialEdit(in model.UpdateCredentialInput) vault.CredentialEdit {
	edit := vault.CredentialEdit{
		ID: in.ID, ExpectedVersion: in.ExpectedVersion, Name: in.Name, Fields: newFields(in.Fields),
		SaveUnverified: in.SaveUnverified, ExpiresAt: in.ExpiresAt.Value(), NewEnd: in.ExpiresAt.IsSet(), Issues: issues(&in),
	}
	if in.Tags != nil {
		edit.Tags = &in.Tags
	}
	return edit
}

// newComponentFilter takes an optional filter. BadRequestError.
func newComponentFilter(in *model.ComponentFilter) (vault.ComponentFilter, error) {
	if in == nil {
		return vault.ComponentFilter{}, nil
	}
	f := vault.ComponentFilter{Search: text(in.Search), Connected: in.Connected != nil && *in.Connected}
	if in.Category != nil {
		f.Category = *in.Category
	}
	return f, validateFilter(in)
}

// newCategoryFilter takes an optional filter. BadRequestError.
func newCategoryFilter(in *model.ComponentCategoryFilter) (vault.ComponentFilter, error) {
	if in == nil {
		return vault.ComponentFilter{}, nil
	}
	return vault.ComponentFilter{Search: text(in.Search), Connected: in.Connected != nil && *in.Connected}, validateFilter(in)
}

// newCredentialFilter takes an optional filter. BadRequestError.
func newCredentialFilter(in *model.CredentialFilter) (models.CredentialFilter, error) {
	if in == nil {
		return models.CredentialFilter{}, nil
	}
	f := models.CredentialFilter{
		ComponentID: text(in.ComponentID), Statuses: in.Status, Search: text(in.Search), Tags: trimmed(in.Tags),
		Unused: in.Unused != nil && *in.Unused, ExpiresBefore: in.ExpiresBefore,
	}
	return f, validateFilter(in)
}

// newFlowFilter takes an optional filter. BadRequestError.
func newFlowFilter(in *model.FlowFilter) (models.FlowFilter, error) {
	if in == nil {
		return models.FlowFilter{}, nil
	}
	f := models.FlowFilter{CredentialID: text(in.CredentialID), Search: text(in.Search)}
	if in.Status != nil {
		active := *in.Status == model.FlowStatusActive
		f.Active = &active
	}
	return f, validateFilter(in)
}
