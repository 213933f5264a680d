// Package house holds no code: its test keeps the rules of docs/architecture.md
// about who may import whom. Arrows point down only, the pure packages import
// no library of a lower floor, and every large library has one room, so that
// it can be exchanged there.
package house
