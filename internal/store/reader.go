package store

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"keyward/models"
)

// Reader reads rows, inside or outside a transaction.
type Reader struct{ db *gorm.DB }

// mostParents is how many SELECTs one UNION may have: SQLite takes 500.
const mostParents = 500

// each runs one statement for up to 500 parents: a UNION ALL of one index-driven, limited SELECT each. A window function
// over all their rows would read every row of every parent.
func each[Row any](ctx context.Context, r Reader, parents []string, query func(parent string) *gorm.DB) ([]Row, error) {
	var rows []Row
	for some := range slices.Chunk(parents, mostParents) {
		selects := slices.Repeat([]string{"SELECT * FROM (?) AS t"}, len(some))
		args := make([]any, len(some))
		for i, parent := range some {
			args[i] = query(parent)
		}
		var found []Row
		if err := r.db.WithContext(ctx).Raw(strings.Join(selects, " UNION ALL "), args...).Scan(&found).Error; err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	return rows, nil
}

// behind narrows a query ordered by sort_name and id to what comes after the cursor.
func behind(db *gorm.DB, table string, after *models.Cursor) *gorm.DB {
	if after == nil {
		return db
	}
	return db.Where("("+table+".sort_name, "+table+".id) > (?, ?)", after.SortName, after.ID)
}

// contains narrows a query to rows whose sort name holds the text; the caller has folded it as sort names are.
func contains(db *gorm.DB, table, text string) *gorm.DB {
	if text == "" {
		return db
	}
	escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
	return db.Where(table+`.sort_name LIKE ? ESCAPE '\'`, "%"+escaped+"%")
}

// page cuts the one row too many that tells whether there is more.
func page[T any](rows []T, first int) models.Page[T] {
	p := models.Page[T]{Items: rows, Total: -1}
	if len(rows) > first {
		p.Items, p.HasNext = rows[:first], true
	}
	return p
}

// byName orders a query the way its indexes do.
func byName(table string) clause.OrderBy {
	return clause.OrderBy{Columns: []clause.OrderByColumn{
		{Column: clause.Column{Table: table, Name: "sort_name"}},
		{Column: clause.Column{Table: table, Name: "id"}},
	}}
}
