package service

import "time"

// SetPatience is how long one request may take.
func (s *Service) SetPatience(d time.Duration) { s.http.Timeout = d }
