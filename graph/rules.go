package graph

// ruleBroken says what is wrong with a document at a place, without the names that stand there: they are what was sent.
func ruleBroken(rule string) string {
	if sentence, ok := rulesBroken[rule]; ok {
		return sentence
	}
	return "The document is not valid at this place."
}

// rulesBroken goes by the validator's names for its rules (https://spec.graphql.org/September2025/#sec-Validation).
var rulesBroken = map[string]string{
	"FieldsOnCorrectTypeWithoutSuggestions": "The type at this place has no such field.",
	"FragmentsOnCompositeTypes":             "A fragment can't be on this type: it has no fields.",
	"KnownArgumentNames":                    "The field or directive at this place has no such argument.",
	"KnownDirectives":                       "There is no such directive, or it can't stand at this place.",
	"KnownFragmentNames":                    "The document has no fragment of this name.",
	"KnownRootType":                         "The schema has no operations of this kind.",
	"KnownTypeNames":                        "The schema has no type of this name.",
	"LoneAnonymousOperation":                "An operation without a name must be the document's only one.",
	"MaxIntrospectionDepth":                 "The introspection is nested too deep.",
	"NoFragmentCycles":                      "A fragment spreads itself.",
	"NoUndefinedVariables":                  "The operation declares no variable of this name.",
	"NoUnusedFragments":                     "No operation uses this fragment.",
	"NoUnusedVariables":                     "The operation doesn't use this variable.",
	"OverlappingFieldsCanBeMerged":          "Two fields answer under this one name and differ: give one of them an alias.",
	"PossibleFragmentSpreads":               "The fragment's type can't occur at this place.",
	"ProvidedRequiredArguments":             "A required argument is missing at this place.",
	"ScalarLeafsWithoutSuggestions":         "An object needs a selection of its fields, and a plain value can't have one.",
	"UniqueArgumentNames":                   "An argument is given twice.",
	"UniqueDirectivesPerLocation":           "A directive is given twice.",
	"UniqueFragmentNames":                   "Two fragments have this name.",
	"UniqueInputFieldNames":                 "An input's field is given twice.",
	"UniqueOperationNames":                  "Two operations have this name.",
	"UniqueVariableNames":                   "Two variables have this name.",
	"ValuesOfCorrectType":                   "The value at this place is not of the type that the schema asks for.",
	"VariablesAreInputTypes":                "A variable can't be of this type: it is no input.",
	"VariablesInAllowedPosition":            "The variable's type doesn't fit this place.",
}
