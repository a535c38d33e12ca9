# Rolling back {{title}}

Written by Baton's scripted crew (no model was called).

{{rollbackSteps}}

## Why the data can stay
`{{migration}}` only adds the table `{{table}}`. The version before doesn't know it and runs beside it; users find what
they saved when the feature comes back.
