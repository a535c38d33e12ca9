/**
 * A check for which a line of `tests/*.cases` is a test: `pass Adds`, `fail Adds`, `skip Adds`. With a file
 * `tests/crash` it ends without a report.
 */
export const CASES = `status=0
[ -e tests/crash ] && exit 2
{
  echo '<testsuites>'
  for file in tests/*.cases; do
    [ -e "$file" ] || continue
    echo '<testsuite>'
    while read -r state name; do
      echo "<testcase name=\\"$name\\" file=\\"$file\\">"
      [ "$state" = fail ] && echo '<failure>red</failure>'
      [ "$state" = skip ] && echo '<skipped/>'
      echo '</testcase>'
    done < "$file"
    echo '</testsuite>'
  done
  echo '</testsuites>'
} > report.xml
! grep -q '<failure' report.xml
`;

export const casesCheck = { run: 'sh cases.sh', report: 'report.xml', files: 'tests/*.cases' } as const;
