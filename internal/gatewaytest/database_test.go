package gatewaytest_test

const lockEnv = "KEYWARD_TEST_HOLD_LOCK"

func holdLock(string) {}
