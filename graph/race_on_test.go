//go:build race

package graph_test

// slowdown is how many times as long things may take under the race detector.
const slowdown = 20
