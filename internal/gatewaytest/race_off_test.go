//go:build !race

package gatewaytest_test

const raceDetector = false
