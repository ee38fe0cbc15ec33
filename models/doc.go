// Package models is Keyward's vocabulary: what a component, a credential, a flow and a verification are, who is
// calling, and how a rule says no. It holds no rules and imports nothing but the standard library, so that every
// other package may speak it. GORM's tags are plain strings here; only internal/store imports GORM.
package models
