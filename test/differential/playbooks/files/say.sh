#!/bin/sh
echo "$# $2 in $(pwd)"
exit "${1:-0}"
