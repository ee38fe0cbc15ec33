package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each test that SECURITY.md names is there, and each requirement that it is measured by is in it.
func TestSecurity_names_tests_that_there_are(t *testing.T) {
	text, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		code, err := os.ReadFile(path)
		tests.Write(code)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(text), -1)
	if len(named) < 150 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, name := range named {
		if !strings.Contains(tests.String(), "func "+name[1]+"(") {
			t.Errorf("there is no %s", name[1])
		}
	}
	for _, file := range regexp.MustCompile("`(web/[^`]+)`").FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(file[1]); err != nil {
			t.Error(err)
		}
	}
	const measure = "V1.3.6 V2.3.3 V2.3.4 V3.3.1 V3.3.2 V3.3.3 V3.3.4 V3.4.1 V3.4.2 V3.4.3 V3.4.4 V3.4.5 V3.4.6 V3.5.1 V3.5.2 V3.5.3 V4.1.1 V4.3.1 V4.3.2 " +
		"V4.4.2 V4.4.3 V4.4.4 V7.2.3 V7.2.4 V7.4.1 V7.4.2 V8.2.1 V8.2.2 V8.2.3 V8.3.2 V8.4.1 V9.1.1 V9.2.1 V10.1.1 V10.1.2 V10.2.1 V10.2.2 V10.2.3 " +
		"V11.3.2 V11.3.3 V11.3.4 V11.5.1 V12.3.1 V12.3.2 V12.3.3 V12.3.4 V13.2.4 V13.2.5 V13.2.6 V13.3.1 V13.3.2 V13.3.3 V13.3.4 V14.2.1 V14.2.6 " +
		"V14.3.2 V15.3.2 V15.3.3 V15.4.2 V16.2.5 V16.3.1 V16.3.2 V16.3.3 V16.3.4 V16.5.1 V16.5.2 V16.5.3 V16.5.4"
	for requirement := range strings.FieldsSeq(measure) {
		if !strings.Contains(string(text), requirement) {
			t.Errorf("nothing is said of %s", requirement)
		}
	}
}
