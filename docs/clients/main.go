package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

type problem struct {
	Code      string `json:"code"`
	Detail    string `json:"detail"`
	RequestID string `json:"request_id"`
}

type whoAmI struct {
	Key struct {
		Label string `json:"label"`
	} `json:"key"`
	Permissions []string `json:"permissions"`
}

func call(method, path string, into any) error {
	request, err := http.NewRequest(method, os.Getenv("KEYROOM_BASE_URL")+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("KEYROOM_API_KEY"))
	client := http.Client{Timeout: 10 * time.Second}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		var refused problem
		if err := json.NewDecoder(answer.Body).Decode(&refused); err != nil {
			return fmt.Errorf("status %d, without a reason", answer.StatusCode)
		}
		return fmt.Errorf("%s: %s (request %s)", refused.Code, refused.Detail, refused.RequestID)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

func main() {
	var who whoAmI
	if err := call("GET", "/whoami", &who); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(who.Key.Label, "may", strings.Join(who.Permissions, ", "))
}
