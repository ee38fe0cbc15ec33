//go:build race

package gatewaytest_test

// raceDetector slows everything down by far.
const raceDetector = true
