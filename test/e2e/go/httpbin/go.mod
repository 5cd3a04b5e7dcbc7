module parts/httpbin

go 1.26.8

require github.com/mccutchen/go-httpbin/v2 v2.16.0
