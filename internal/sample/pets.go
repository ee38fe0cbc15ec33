package sample

import (
	"slices"
	"sync"
	"unicode/utf8"
)

// Limits that keep 1,000 pets within a few megabytes.
const (
	maxPets       = 1000
	maxName       = 100 // characters
	maxPhotos     = 10
	maxPhotoURL   = 500 // characters
	statusDefault = "available"
)

type pet struct {
	ID        int64    `json:"id"`
	Name      string   `json:"name"`
	Status    string   `json:"status"`
	PhotoURLs []string `json:"photoUrls"`
}

func knownStatus(s string) bool { return s == statusDefault || s == "pending" || s == "sold" }

// problem says what is wrong with a pet that somebody sent, or "".
func (p *pet) problem() string {
	tooLong := func(url string) bool { return utf8.RuneCountInString(url) > maxPhotoURL }
	switch n := utf8.RuneCountInString(p.Name); {
	case n == 0 || n > maxName:
		return "Give the pet a name of 1 to 100 characters."
	case p.Status != "" && !knownStatus(p.Status):
		return "A status is one of available, pending and sold."
	case len(p.PhotoURLs) > maxPhotos || slices.ContainsFunc(p.PhotoURLs, tooLong):
		return "Give at most 10 photo URLs of at most 500 characters each."
	}
	return ""
}

func seed() []pet {
	return []pet{
		{1, "Bella", "available", []string{}},
		{2, "Coco", "available", []string{}},
		{3, "Luna", "pending", []string{}},
		{4, "Milo", "sold", []string{}},
		{5, "Nala", "available", []string{}},
	}
}

type store struct {
	mu     sync.RWMutex
	pets   []pet // oldest first
	lastID int64
}

func (s *store) find(statuses []string) []pet {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found := []pet{}
	for _, p := range s.pets {
		if slices.Contains(statuses, p.Status) {
			found = append(found, p)
		}
	}
	return found
}

// insert gives the pet its id and, once there are too many, lets the oldest one go.
func (s *store) insert(p pet) pet {
	if p.Status == "" {
		p.Status = statusDefault
	}
	if p.PhotoURLs == nil {
		p.PhotoURLs = []string{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	p.ID = s.lastID
	s.pets = append(s.pets, p)
	if len(s.pets) > maxPets {
		s.pets = slices.Delete(s.pets, 0, 1)
	}
	return p
}
