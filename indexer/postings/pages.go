package postings

// mostTouched is after how many reads of the index's files their pages are let go. A
// read asks some places of a file, and the kernel maps sixteen pages around each: some
// 20 MB between.
const mostTouched = 50

// perRead is about how many postings stand in what one read maps.
const perRead = 20_000

// touch notes reads of the files, and now and then lets their pages go: a process
// that answers for weeks would else count every page that it ever read among its
// memory. What is read again is mapped again, from the system's cache as long as
// that has room.
func (v *View) touch(reads int64) {
	if v.cache.touched.Add(reads) >= mostTouched {
		v.cache.touched.Store(0)
		letPagesGo(v.parts)
	}
}

// letPagesGo lets go the mapped pages of segments.
func letPagesGo(parts []part) {
	for i := range parts {
		if file, mapped := parts[i].source.(interface{ Data() []byte }); mapped {
			letGo(file.Data())
		}
	}
}
