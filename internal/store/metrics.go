package store

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Collectors read the statistics of the pools: SQLite has one that writes and one that reads, PostgreSQL one for both.
func (s *Store) Collectors() []prometheus.Collector {
	var all []prometheus.Collector
	for i, pool := range s.pools {
		name := "postgres"
		if s.dialect == "sqlite" {
			name = []string{"sqlite_write", "sqlite_read"}[i]
		}
		all = append(all, collectors.NewDBStatsCollector(pool, name))
	}
	return all
}
