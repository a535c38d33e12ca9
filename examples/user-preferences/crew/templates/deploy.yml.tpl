# Written by Baton's scripted crew (no model was called).
name: Deploy {{title}}

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Where to deploy
        required: true
        type: choice
        options: [staging, production]
      version:
        description: A name for this version
        required: true
        type: string

env:
  BATON_ENVIRONMENT: ${{ inputs.environment }}
  BATON_VERSION: ${{ inputs.version }}
  ACCOUNTS_OPS_STATE: ${{ vars.ACCOUNTS_OPS_STATE }}

jobs:
  deploy:
    runs-on: self-hosted
    environment: ${{ inputs.environment }}
    concurrency: deploy-${{ inputs.environment }}
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - name: Tests
        run: npm test
      - name: Deploy
        env: { BATON_OPERATION_ID: "${{ github.run_id }}-deploy" }
        run: ops/deploy
      - name: Smoke test in staging
        if: inputs.environment == 'staging'
        run: ops/smoke
      - name: A tenth of the traffic
        if: inputs.environment == 'production'
        env: { BATON_OPERATION_ID: "${{ github.run_id }}-10", BATON_PERCENT: 10 }
        run: ops/shift && ops/probe
      - name: All of the traffic
        if: inputs.environment == 'production'
        env: { BATON_OPERATION_ID: "${{ github.run_id }}-100", BATON_PERCENT: 100 }
        run: ops/shift && ops/probe
      - name: Back to the version before
        if: failure() && inputs.environment == 'production'
        env: { BATON_OPERATION_ID: "${{ github.run_id }}-rollback" }
        run: ops/rollback
