// Generated from the CRDs of Istio: npm run imports
export const OVERRIDE_SCHEMAS = {
 "1.30": {
  "trafficPolicy": {
   "type": "object",
   "properties": {
    "connectionPool": {
     "properties": {
      "http": {
       "properties": {
        "h2UpgradePolicy": {
         "enum": [
          "DEFAULT",
          "DO_NOT_UPGRADE",
          "UPGRADE"
         ],
         "type": "string"
        },
        "http1MaxPendingRequests": {
         "format": "int32",
         "type": "integer"
        },
        "http2MaxRequests": {
         "format": "int32",
         "type": "integer"
        },
        "idleTimeout": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "maxConcurrentStreams": {
         "format": "int32",
         "type": "integer"
        },
        "maxRequestsPerConnection": {
         "format": "int32",
         "type": "integer"
        },
        "maxRetries": {
         "format": "int32",
         "type": "integer"
        },
        "useClientProtocol": {
         "type": "boolean"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "tcp": {
       "properties": {
        "connectTimeout": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "idleTimeout": {
         "type": "string"
        },
        "maxConnectionDuration": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "maxConnections": {
         "format": "int32",
         "type": "integer"
        },
        "tcpKeepalive": {
         "properties": {
          "interval": {
           "type": "string",
           "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
          },
          "probes": {
           "maximum": 4294967295,
           "minimum": 0,
           "type": "integer"
          },
          "time": {
           "type": "string",
           "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
          }
         },
         "type": "object",
         "additionalProperties": false
        }
       },
       "type": "object",
       "additionalProperties": false
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "loadBalancer": {
     "oneOf": [
      {
       "not": {
        "anyOf": [
         {
          "required": [
           "simple"
          ]
         },
         {
          "required": [
           "consistentHash"
          ]
         }
        ]
       }
      },
      {
       "required": [
        "simple"
       ]
      },
      {
       "required": [
        "consistentHash"
       ]
      }
     ],
     "properties": {
      "consistentHash": {
       "allOf": [
        {
         "oneOf": [
          {
           "not": {
            "anyOf": [
             {
              "required": [
               "httpHeaderName"
              ]
             },
             {
              "required": [
               "httpCookie"
              ]
             },
             {
              "required": [
               "useSourceIp"
              ]
             },
             {
              "required": [
               "httpQueryParameterName"
              ]
             }
            ]
           }
          },
          {
           "required": [
            "httpHeaderName"
           ]
          },
          {
           "required": [
            "httpCookie"
           ]
          },
          {
           "required": [
            "useSourceIp"
           ]
          },
          {
           "required": [
            "httpQueryParameterName"
           ]
          }
         ]
        },
        {
         "oneOf": [
          {
           "not": {
            "anyOf": [
             {
              "required": [
               "ringHash"
              ]
             },
             {
              "required": [
               "maglev"
              ]
             }
            ]
           }
          },
          {
           "required": [
            "ringHash"
           ]
          },
          {
           "required": [
            "maglev"
           ]
          }
         ]
        }
       ],
       "properties": {
        "httpCookie": {
         "properties": {
          "attributes": {
           "items": {
            "properties": {
             "name": {
              "type": "string"
             },
             "value": {
              "type": "string"
             }
            },
            "required": [
             "name"
            ],
            "type": "object",
            "additionalProperties": false
           },
           "type": "array"
          },
          "name": {
           "type": "string"
          },
          "path": {
           "type": "string"
          },
          "ttl": {
           "type": "string"
          }
         },
         "required": [
          "name"
         ],
         "type": "object",
         "additionalProperties": false
        },
        "httpHeaderName": {
         "type": "string"
        },
        "httpQueryParameterName": {
         "type": "string"
        },
        "maglev": {
         "properties": {
          "tableSize": {
           "minimum": 0,
           "type": "integer"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "minimumRingSize": {
         "minimum": 0,
         "type": "integer"
        },
        "ringHash": {
         "properties": {
          "minimumRingSize": {
           "minimum": 0,
           "type": "integer"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "useSourceIp": {
         "type": "boolean"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "localityLbSetting": {
       "properties": {
        "distribute": {
         "items": {
          "properties": {
           "from": {
            "type": "string"
           },
           "to": {
            "additionalProperties": {
             "maximum": 4294967295,
             "minimum": 0,
             "type": "integer"
            },
            "type": "object"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "type": "array"
        },
        "enabled": {
         "nullable": true,
         "type": "boolean"
        },
        "failover": {
         "items": {
          "properties": {
           "from": {
            "type": "string"
           },
           "to": {
            "type": "string"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "type": "array"
        },
        "failoverPriority": {
         "items": {
          "type": "string"
         },
         "type": "array"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "simple": {
       "enum": [
        "UNSPECIFIED",
        "LEAST_CONN",
        "RANDOM",
        "PASSTHROUGH",
        "ROUND_ROBIN",
        "LEAST_REQUEST"
       ],
       "type": "string"
      },
      "warmup": {
       "properties": {
        "aggression": {
         "format": "double",
         "minimum": 0,
         "nullable": true,
         "type": "number"
        },
        "duration": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "minimumPercent": {
         "format": "double",
         "maximum": 100,
         "minimum": 0,
         "nullable": true,
         "type": "number"
        }
       },
       "required": [
        "duration"
       ],
       "type": "object",
       "additionalProperties": false
      },
      "warmupDurationSecs": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "outlierDetection": {
     "properties": {
      "baseEjectionTime": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "consecutive5xxErrors": {
       "maximum": 4294967295,
       "minimum": 0,
       "nullable": true,
       "type": "integer"
      },
      "consecutiveErrors": {
       "format": "int32",
       "type": "integer"
      },
      "consecutiveGatewayErrors": {
       "maximum": 4294967295,
       "minimum": 0,
       "nullable": true,
       "type": "integer"
      },
      "consecutiveLocalOriginFailures": {
       "maximum": 4294967295,
       "minimum": 0,
       "nullable": true,
       "type": "integer"
      },
      "interval": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "maxEjectionPercent": {
       "format": "int32",
       "type": "integer"
      },
      "minHealthPercent": {
       "format": "int32",
       "type": "integer"
      },
      "splitExternalLocalOriginErrors": {
       "type": "boolean"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "proxyProtocol": {
     "properties": {
      "version": {
       "enum": [
        "V1",
        "V2"
       ],
       "type": "string"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "retryBudget": {
     "properties": {
      "minRetryConcurrency": {
       "maximum": 4294967295,
       "minimum": 0,
       "type": "integer"
      },
      "percent": {
       "format": "double",
       "maximum": 100,
       "minimum": 0,
       "nullable": true,
       "type": "number"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "tunnel": {
     "properties": {
      "protocol": {
       "type": "string"
      },
      "targetHost": {
       "type": "string"
      },
      "targetPort": {
       "maximum": 4294967295,
       "minimum": 0,
       "type": "integer"
      }
     },
     "required": [
      "targetHost",
      "targetPort"
     ],
     "type": "object",
     "additionalProperties": false
    }
   },
   "additionalProperties": false
  },
  "httpRoute": {
   "properties": {
    "corsPolicy": {
     "properties": {
      "allowCredentials": {
       "nullable": true,
       "type": "boolean"
      },
      "allowHeaders": {
       "items": {
        "type": "string"
       },
       "type": "array"
      },
      "allowMethods": {
       "items": {
        "type": "string"
       },
       "type": "array"
      },
      "allowOrigin": {
       "items": {
        "type": "string"
       },
       "type": "array"
      },
      "allowOrigins": {
       "items": {
        "oneOf": [
         {
          "not": {
           "anyOf": [
            {
             "required": [
              "exact"
             ]
            },
            {
             "required": [
              "prefix"
             ]
            },
            {
             "required": [
              "regex"
             ]
            }
           ]
          }
         },
         {
          "required": [
           "exact"
          ]
         },
         {
          "required": [
           "prefix"
          ]
         },
         {
          "required": [
           "regex"
          ]
         }
        ],
        "properties": {
         "exact": {
          "type": "string"
         },
         "prefix": {
          "type": "string"
         },
         "regex": {
          "type": "string"
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "type": "array"
      },
      "exposeHeaders": {
       "items": {
        "type": "string"
       },
       "type": "array"
      },
      "maxAge": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "unmatchedPreflights": {
       "enum": [
        "UNSPECIFIED",
        "FORWARD",
        "IGNORE"
       ],
       "type": "string"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "delegate": {
     "properties": {
      "name": {
       "type": "string"
      },
      "namespace": {
       "type": "string"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "directResponse": {
     "properties": {
      "body": {
       "oneOf": [
        {
         "not": {
          "anyOf": [
           {
            "required": [
             "string"
            ]
           },
           {
            "required": [
             "bytes"
            ]
           }
          ]
         }
        },
        {
         "required": [
          "string"
         ]
        },
        {
         "required": [
          "bytes"
         ]
        }
       ],
       "properties": {
        "bytes": {
         "format": "byte",
         "type": "string"
        },
        "string": {
         "type": "string"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "status": {
       "maximum": 4294967295,
       "minimum": 0,
       "type": "integer"
      }
     },
     "required": [
      "status"
     ],
     "type": "object",
     "additionalProperties": false
    },
    "fault": {
     "properties": {
      "abort": {
       "oneOf": [
        {
         "not": {
          "anyOf": [
           {
            "required": [
             "httpStatus"
            ]
           },
           {
            "required": [
             "grpcStatus"
            ]
           },
           {
            "required": [
             "http2Error"
            ]
           }
          ]
         }
        },
        {
         "required": [
          "httpStatus"
         ]
        },
        {
         "required": [
          "grpcStatus"
         ]
        },
        {
         "required": [
          "http2Error"
         ]
        }
       ],
       "properties": {
        "grpcStatus": {
         "type": "string"
        },
        "http2Error": {
         "type": "string"
        },
        "httpStatus": {
         "format": "int32",
         "type": "integer"
        },
        "percentage": {
         "properties": {
          "value": {
           "format": "double",
           "type": "number"
          }
         },
         "type": "object",
         "additionalProperties": false
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "delay": {
       "oneOf": [
        {
         "not": {
          "anyOf": [
           {
            "required": [
             "fixedDelay"
            ]
           },
           {
            "required": [
             "exponentialDelay"
            ]
           }
          ]
         }
        },
        {
         "required": [
          "fixedDelay"
         ]
        },
        {
         "required": [
          "exponentialDelay"
         ]
        }
       ],
       "properties": {
        "exponentialDelay": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "fixedDelay": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "percent": {
         "format": "int32",
         "type": "integer"
        },
        "percentage": {
         "properties": {
          "value": {
           "format": "double",
           "type": "number"
          }
         },
         "type": "object",
         "additionalProperties": false
        }
       },
       "type": "object",
       "additionalProperties": false
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "headers": {
     "properties": {
      "request": {
       "properties": {
        "add": {
         "additionalProperties": {
          "type": "string"
         },
         "type": "object"
        },
        "remove": {
         "items": {
          "type": "string"
         },
         "type": "array"
        },
        "set": {
         "additionalProperties": {
          "type": "string"
         },
         "type": "object"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "response": {
       "properties": {
        "add": {
         "additionalProperties": {
          "type": "string"
         },
         "type": "object"
        },
        "remove": {
         "items": {
          "type": "string"
         },
         "type": "array"
        },
        "set": {
         "additionalProperties": {
          "type": "string"
         },
         "type": "object"
        }
       },
       "type": "object",
       "additionalProperties": false
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "match": {
     "items": {
      "properties": {
       "authority": {
        "oneOf": [
         {
          "not": {
           "anyOf": [
            {
             "required": [
              "exact"
             ]
            },
            {
             "required": [
              "prefix"
             ]
            },
            {
             "required": [
              "regex"
             ]
            }
           ]
          }
         },
         {
          "required": [
           "exact"
          ]
         },
         {
          "required": [
           "prefix"
          ]
         },
         {
          "required": [
           "regex"
          ]
         }
        ],
        "properties": {
         "exact": {
          "type": "string"
         },
         "prefix": {
          "type": "string"
         },
         "regex": {
          "type": "string"
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "gateways": {
        "items": {
         "type": "string"
        },
        "type": "array"
       },
       "headers": {
        "additionalProperties": {
         "oneOf": [
          {
           "not": {
            "anyOf": [
             {
              "required": [
               "exact"
              ]
             },
             {
              "required": [
               "prefix"
              ]
             },
             {
              "required": [
               "regex"
              ]
             }
            ]
           }
          },
          {
           "required": [
            "exact"
           ]
          },
          {
           "required": [
            "prefix"
           ]
          },
          {
           "required": [
            "regex"
           ]
          }
         ],
         "properties": {
          "exact": {
           "type": "string"
          },
          "prefix": {
           "type": "string"
          },
          "regex": {
           "type": "string"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "type": "object"
       },
       "ignoreUriCase": {
        "type": "boolean"
       },
       "method": {
        "oneOf": [
         {
          "not": {
           "anyOf": [
            {
             "required": [
              "exact"
             ]
            },
            {
             "required": [
              "prefix"
             ]
            },
            {
             "required": [
              "regex"
             ]
            }
           ]
          }
         },
         {
          "required": [
           "exact"
          ]
         },
         {
          "required": [
           "prefix"
          ]
         },
         {
          "required": [
           "regex"
          ]
         }
        ],
        "properties": {
         "exact": {
          "type": "string"
         },
         "prefix": {
          "type": "string"
         },
         "regex": {
          "type": "string"
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "name": {
        "type": "string"
       },
       "port": {
        "maximum": 4294967295,
        "minimum": 0,
        "type": "integer"
       },
       "queryParams": {
        "additionalProperties": {
         "oneOf": [
          {
           "not": {
            "anyOf": [
             {
              "required": [
               "exact"
              ]
             },
             {
              "required": [
               "prefix"
              ]
             },
             {
              "required": [
               "regex"
              ]
             }
            ]
           }
          },
          {
           "required": [
            "exact"
           ]
          },
          {
           "required": [
            "prefix"
           ]
          },
          {
           "required": [
            "regex"
           ]
          }
         ],
         "properties": {
          "exact": {
           "type": "string"
          },
          "prefix": {
           "type": "string"
          },
          "regex": {
           "type": "string"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "type": "object"
       },
       "scheme": {
        "oneOf": [
         {
          "not": {
           "anyOf": [
            {
             "required": [
              "exact"
             ]
            },
            {
             "required": [
              "prefix"
             ]
            },
            {
             "required": [
              "regex"
             ]
            }
           ]
          }
         },
         {
          "required": [
           "exact"
          ]
         },
         {
          "required": [
           "prefix"
          ]
         },
         {
          "required": [
           "regex"
          ]
         }
        ],
        "properties": {
         "exact": {
          "type": "string"
         },
         "prefix": {
          "type": "string"
         },
         "regex": {
          "type": "string"
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "sourceLabels": {
        "additionalProperties": {
         "type": "string"
        },
        "type": "object"
       },
       "sourceNamespace": {
        "type": "string"
       },
       "statPrefix": {
        "type": "string"
       },
       "uri": {
        "oneOf": [
         {
          "not": {
           "anyOf": [
            {
             "required": [
              "exact"
             ]
            },
            {
             "required": [
              "prefix"
             ]
            },
            {
             "required": [
              "regex"
             ]
            }
           ]
          }
         },
         {
          "required": [
           "exact"
          ]
         },
         {
          "required": [
           "prefix"
          ]
         },
         {
          "required": [
           "regex"
          ]
         }
        ],
        "properties": {
         "exact": {
          "type": "string"
         },
         "prefix": {
          "type": "string"
         },
         "regex": {
          "type": "string"
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "withoutHeaders": {
        "additionalProperties": {
         "oneOf": [
          {
           "not": {
            "anyOf": [
             {
              "required": [
               "exact"
              ]
             },
             {
              "required": [
               "prefix"
              ]
             },
             {
              "required": [
               "regex"
              ]
             }
            ]
           }
          },
          {
           "required": [
            "exact"
           ]
          },
          {
           "required": [
            "prefix"
           ]
          },
          {
           "required": [
            "regex"
           ]
          }
         ],
         "properties": {
          "exact": {
           "type": "string"
          },
          "prefix": {
           "type": "string"
          },
          "regex": {
           "type": "string"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "type": "object"
       }
      },
      "type": "object",
      "additionalProperties": false
     },
     "type": "array"
    },
    "mirror": {
     "properties": {
      "host": {
       "type": "string"
      },
      "port": {
       "properties": {
        "number": {
         "maximum": 4294967295,
         "minimum": 0,
         "type": "integer"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "subset": {
       "type": "string"
      }
     },
     "required": [
      "host"
     ],
     "type": "object",
     "additionalProperties": false
    },
    "mirror_percent": {
     "maximum": 4294967295,
     "minimum": 0,
     "nullable": true,
     "type": "integer"
    },
    "mirrorPercent": {
     "maximum": 4294967295,
     "minimum": 0,
     "nullable": true,
     "type": "integer"
    },
    "mirrorPercentage": {
     "properties": {
      "value": {
       "format": "double",
       "type": "number"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "mirrors": {
     "items": {
      "properties": {
       "destination": {
        "properties": {
         "host": {
          "type": "string"
         },
         "port": {
          "properties": {
           "number": {
            "maximum": 4294967295,
            "minimum": 0,
            "type": "integer"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "subset": {
          "type": "string"
         }
        },
        "required": [
         "host"
        ],
        "type": "object",
        "additionalProperties": false
       },
       "percentage": {
        "properties": {
         "value": {
          "format": "double",
          "type": "number"
         }
        },
        "type": "object",
        "additionalProperties": false
       }
      },
      "required": [
       "destination"
      ],
      "type": "object",
      "additionalProperties": false
     },
     "type": "array"
    },
    "name": {
     "type": "string"
    },
    "redirect": {
     "oneOf": [
      {
       "not": {
        "anyOf": [
         {
          "required": [
           "port"
          ]
         },
         {
          "required": [
           "derivePort"
          ]
         }
        ]
       }
      },
      {
       "required": [
        "port"
       ]
      },
      {
       "required": [
        "derivePort"
       ]
      }
     ],
     "properties": {
      "authority": {
       "type": "string"
      },
      "derivePort": {
       "enum": [
        "FROM_PROTOCOL_DEFAULT",
        "FROM_REQUEST_PORT"
       ],
       "type": "string"
      },
      "port": {
       "maximum": 4294967295,
       "minimum": 0,
       "type": "integer"
      },
      "redirectCode": {
       "maximum": 4294967295,
       "minimum": 0,
       "type": "integer"
      },
      "scheme": {
       "type": "string"
      },
      "uri": {
       "type": "string"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "retries": {
     "properties": {
      "attempts": {
       "format": "int32",
       "type": "integer"
      },
      "backoff": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "perTryTimeout": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "retryIgnorePreviousHosts": {
       "nullable": true,
       "type": "boolean"
      },
      "retryOn": {
       "type": "string"
      },
      "retryRemoteLocalities": {
       "nullable": true,
       "type": "boolean"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "rewrite": {
     "properties": {
      "authority": {
       "type": "string"
      },
      "uri": {
       "type": "string"
      },
      "uriRegexRewrite": {
       "properties": {
        "match": {
         "type": "string"
        },
        "rewrite": {
         "type": "string"
        }
       },
       "type": "object",
       "additionalProperties": false
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "route": {
     "items": {
      "properties": {
       "destination": {
        "properties": {
         "host": {
          "type": "string"
         },
         "port": {
          "properties": {
           "number": {
            "maximum": 4294967295,
            "minimum": 0,
            "type": "integer"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "subset": {
          "type": "string"
         }
        },
        "required": [
         "host"
        ],
        "type": "object",
        "additionalProperties": false
       },
       "headers": {
        "properties": {
         "request": {
          "properties": {
           "add": {
            "additionalProperties": {
             "type": "string"
            },
            "type": "object"
           },
           "remove": {
            "items": {
             "type": "string"
            },
            "type": "array"
           },
           "set": {
            "additionalProperties": {
             "type": "string"
            },
            "type": "object"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "response": {
          "properties": {
           "add": {
            "additionalProperties": {
             "type": "string"
            },
            "type": "object"
           },
           "remove": {
            "items": {
             "type": "string"
            },
            "type": "array"
           },
           "set": {
            "additionalProperties": {
             "type": "string"
            },
            "type": "object"
           }
          },
          "type": "object",
          "additionalProperties": false
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "weight": {
        "format": "int32",
        "type": "integer"
       }
      },
      "required": [
       "destination"
      ],
      "type": "object",
      "additionalProperties": false
     },
     "type": "array"
    },
    "timeout": {
     "type": "string",
     "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
    }
   },
   "type": "object",
   "additionalProperties": false
  }
 },
 "1.31": {
  "trafficPolicy": {
   "type": "object",
   "properties": {
    "connectionPool": {
     "properties": {
      "http": {
       "properties": {
        "h2UpgradePolicy": {
         "enum": [
          "DEFAULT",
          "DO_NOT_UPGRADE",
          "UPGRADE"
         ],
         "type": "string"
        },
        "http1MaxPendingRequests": {
         "format": "int32",
         "type": "integer"
        },
        "http2KeepAlive": {
         "properties": {
          "interval": {
           "type": "string",
           "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
          },
          "timeout": {
           "type": "string",
           "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "http2MaxRequests": {
         "format": "int32",
         "type": "integer"
        },
        "idleTimeout": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "maxConcurrentStreams": {
         "format": "int32",
         "type": "integer"
        },
        "maxRequestsPerConnection": {
         "format": "int32",
         "type": "integer"
        },
        "maxRetries": {
         "format": "int32",
         "type": "integer"
        },
        "useClientProtocol": {
         "type": "boolean"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "tcp": {
       "properties": {
        "connectTimeout": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "idleTimeout": {
         "type": "string"
        },
        "maxConnectionDuration": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "maxConnections": {
         "format": "int32",
         "type": "integer"
        },
        "tcpKeepalive": {
         "properties": {
          "interval": {
           "type": "string",
           "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
          },
          "probes": {
           "maximum": 4294967295,
           "minimum": 0,
           "type": "integer"
          },
          "time": {
           "type": "string",
           "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
          }
         },
         "type": "object",
         "additionalProperties": false
        }
       },
       "type": "object",
       "additionalProperties": false
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "loadBalancer": {
     "oneOf": [
      {
       "not": {
        "anyOf": [
         {
          "required": [
           "simple"
          ]
         },
         {
          "required": [
           "consistentHash"
          ]
         }
        ]
       }
      },
      {
       "required": [
        "simple"
       ]
      },
      {
       "required": [
        "consistentHash"
       ]
      }
     ],
     "properties": {
      "consistentHash": {
       "allOf": [
        {
         "oneOf": [
          {
           "not": {
            "anyOf": [
             {
              "required": [
               "httpHeaderName"
              ]
             },
             {
              "required": [
               "httpCookie"
              ]
             },
             {
              "required": [
               "useSourceIp"
              ]
             },
             {
              "required": [
               "httpQueryParameterName"
              ]
             }
            ]
           }
          },
          {
           "required": [
            "httpHeaderName"
           ]
          },
          {
           "required": [
            "httpCookie"
           ]
          },
          {
           "required": [
            "useSourceIp"
           ]
          },
          {
           "required": [
            "httpQueryParameterName"
           ]
          }
         ]
        },
        {
         "oneOf": [
          {
           "not": {
            "anyOf": [
             {
              "required": [
               "ringHash"
              ]
             },
             {
              "required": [
               "maglev"
              ]
             }
            ]
           }
          },
          {
           "required": [
            "ringHash"
           ]
          },
          {
           "required": [
            "maglev"
           ]
          }
         ]
        }
       ],
       "properties": {
        "httpCookie": {
         "properties": {
          "attributes": {
           "items": {
            "properties": {
             "name": {
              "type": "string"
             },
             "value": {
              "type": "string"
             }
            },
            "required": [
             "name"
            ],
            "type": "object",
            "additionalProperties": false
           },
           "type": "array"
          },
          "name": {
           "type": "string"
          },
          "path": {
           "type": "string"
          },
          "ttl": {
           "type": "string"
          }
         },
         "required": [
          "name"
         ],
         "type": "object",
         "additionalProperties": false
        },
        "httpHeaderName": {
         "type": "string"
        },
        "httpQueryParameterName": {
         "type": "string"
        },
        "maglev": {
         "properties": {
          "tableSize": {
           "minimum": 0,
           "type": "integer"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "minimumRingSize": {
         "minimum": 0,
         "type": "integer"
        },
        "ringHash": {
         "properties": {
          "minimumRingSize": {
           "minimum": 0,
           "type": "integer"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "useSourceIp": {
         "type": "boolean"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "localityLbSetting": {
       "properties": {
        "distribute": {
         "items": {
          "properties": {
           "from": {
            "type": "string"
           },
           "to": {
            "additionalProperties": {
             "maximum": 4294967295,
             "minimum": 0,
             "type": "integer"
            },
            "type": "object"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "type": "array"
        },
        "enabled": {
         "nullable": true,
         "type": "boolean"
        },
        "failover": {
         "items": {
          "properties": {
           "from": {
            "type": "string"
           },
           "to": {
            "type": "string"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "type": "array"
        },
        "failoverPriority": {
         "items": {
          "type": "string"
         },
         "type": "array"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "simple": {
       "enum": [
        "UNSPECIFIED",
        "LEAST_CONN",
        "RANDOM",
        "PASSTHROUGH",
        "ROUND_ROBIN",
        "LEAST_REQUEST"
       ],
       "type": "string"
      },
      "warmup": {
       "properties": {
        "aggression": {
         "format": "double",
         "minimum": 0,
         "nullable": true,
         "type": "number"
        },
        "duration": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "minimumPercent": {
         "format": "double",
         "maximum": 100,
         "minimum": 0,
         "nullable": true,
         "type": "number"
        }
       },
       "required": [
        "duration"
       ],
       "type": "object",
       "additionalProperties": false
      },
      "warmupDurationSecs": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "zoneAwareLbSetting": {
       "properties": {
        "enabled": {
         "nullable": true,
         "type": "boolean"
        },
        "failover": {
         "items": {
          "properties": {
           "from": {
            "type": "string"
           },
           "to": {
            "type": "string"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "type": "array"
        },
        "failoverPriority": {
         "items": {
          "type": "string"
         },
         "type": "array"
        },
        "minClusterSize": {
         "maximum": 4294967295,
         "minimum": 1,
         "nullable": true,
         "type": "integer"
        }
       },
       "type": "object",
       "additionalProperties": false
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "outlierDetection": {
     "properties": {
      "baseEjectionTime": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "consecutive5xxErrors": {
       "maximum": 4294967295,
       "minimum": 0,
       "nullable": true,
       "type": "integer"
      },
      "consecutiveErrors": {
       "format": "int32",
       "type": "integer"
      },
      "consecutiveGatewayErrors": {
       "maximum": 4294967295,
       "minimum": 0,
       "nullable": true,
       "type": "integer"
      },
      "consecutiveLocalOriginFailures": {
       "maximum": 4294967295,
       "minimum": 0,
       "nullable": true,
       "type": "integer"
      },
      "interval": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "maxEjectionPercent": {
       "format": "int32",
       "type": "integer"
      },
      "minHealthPercent": {
       "format": "int32",
       "type": "integer"
      },
      "outlierDetectionHttpErrorCodes": {
       "items": {
        "maximum": 599,
        "minimum": 100,
        "type": "integer"
       },
       "type": "array"
      },
      "splitExternalLocalOriginErrors": {
       "type": "boolean"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "proxyProtocol": {
     "properties": {
      "version": {
       "enum": [
        "V1",
        "V2"
       ],
       "type": "string"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "retryBudget": {
     "properties": {
      "budgetInterval": {
       "type": "string"
      },
      "minRetryConcurrency": {
       "maximum": 4294967295,
       "minimum": 0,
       "type": "integer"
      },
      "percent": {
       "format": "double",
       "maximum": 100,
       "minimum": 0,
       "nullable": true,
       "type": "number"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "tunnel": {
     "properties": {
      "protocol": {
       "type": "string"
      },
      "targetHost": {
       "type": "string"
      },
      "targetPort": {
       "maximum": 4294967295,
       "minimum": 0,
       "type": "integer"
      }
     },
     "required": [
      "targetHost",
      "targetPort"
     ],
     "type": "object",
     "additionalProperties": false
    }
   },
   "additionalProperties": false
  },
  "httpRoute": {
   "properties": {
    "corsPolicy": {
     "properties": {
      "allowCredentials": {
       "nullable": true,
       "type": "boolean"
      },
      "allowHeaders": {
       "items": {
        "type": "string"
       },
       "type": "array"
      },
      "allowMethods": {
       "items": {
        "type": "string"
       },
       "type": "array"
      },
      "allowOrigin": {
       "items": {
        "type": "string"
       },
       "type": "array"
      },
      "allowOrigins": {
       "items": {
        "oneOf": [
         {
          "not": {
           "anyOf": [
            {
             "required": [
              "exact"
             ]
            },
            {
             "required": [
              "prefix"
             ]
            },
            {
             "required": [
              "regex"
             ]
            }
           ]
          }
         },
         {
          "required": [
           "exact"
          ]
         },
         {
          "required": [
           "prefix"
          ]
         },
         {
          "required": [
           "regex"
          ]
         }
        ],
        "properties": {
         "exact": {
          "type": "string"
         },
         "prefix": {
          "type": "string"
         },
         "regex": {
          "type": "string"
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "type": "array"
      },
      "exposeHeaders": {
       "items": {
        "type": "string"
       },
       "type": "array"
      },
      "maxAge": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "unmatchedPreflights": {
       "enum": [
        "UNSPECIFIED",
        "FORWARD",
        "IGNORE"
       ],
       "type": "string"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "delegate": {
     "properties": {
      "name": {
       "type": "string"
      },
      "namespace": {
       "type": "string"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "directResponse": {
     "properties": {
      "body": {
       "oneOf": [
        {
         "not": {
          "anyOf": [
           {
            "required": [
             "string"
            ]
           },
           {
            "required": [
             "bytes"
            ]
           }
          ]
         }
        },
        {
         "required": [
          "string"
         ]
        },
        {
         "required": [
          "bytes"
         ]
        }
       ],
       "properties": {
        "bytes": {
         "format": "byte",
         "type": "string"
        },
        "string": {
         "type": "string"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "status": {
       "maximum": 4294967295,
       "minimum": 0,
       "type": "integer"
      }
     },
     "required": [
      "status"
     ],
     "type": "object",
     "additionalProperties": false
    },
    "fault": {
     "properties": {
      "abort": {
       "oneOf": [
        {
         "not": {
          "anyOf": [
           {
            "required": [
             "httpStatus"
            ]
           },
           {
            "required": [
             "grpcStatus"
            ]
           },
           {
            "required": [
             "http2Error"
            ]
           }
          ]
         }
        },
        {
         "required": [
          "httpStatus"
         ]
        },
        {
         "required": [
          "grpcStatus"
         ]
        },
        {
         "required": [
          "http2Error"
         ]
        }
       ],
       "properties": {
        "grpcStatus": {
         "type": "string"
        },
        "http2Error": {
         "type": "string"
        },
        "httpStatus": {
         "format": "int32",
         "type": "integer"
        },
        "percentage": {
         "properties": {
          "value": {
           "format": "double",
           "type": "number"
          }
         },
         "type": "object",
         "additionalProperties": false
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "delay": {
       "oneOf": [
        {
         "not": {
          "anyOf": [
           {
            "required": [
             "fixedDelay"
            ]
           },
           {
            "required": [
             "exponentialDelay"
            ]
           }
          ]
         }
        },
        {
         "required": [
          "fixedDelay"
         ]
        },
        {
         "required": [
          "exponentialDelay"
         ]
        }
       ],
       "properties": {
        "exponentialDelay": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "fixedDelay": {
         "type": "string",
         "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
        },
        "percent": {
         "format": "int32",
         "type": "integer"
        },
        "percentage": {
         "properties": {
          "value": {
           "format": "double",
           "type": "number"
          }
         },
         "type": "object",
         "additionalProperties": false
        }
       },
       "type": "object",
       "additionalProperties": false
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "headers": {
     "properties": {
      "request": {
       "properties": {
        "add": {
         "additionalProperties": {
          "type": "string"
         },
         "type": "object"
        },
        "remove": {
         "items": {
          "type": "string"
         },
         "type": "array"
        },
        "set": {
         "additionalProperties": {
          "type": "string"
         },
         "type": "object"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "response": {
       "properties": {
        "add": {
         "additionalProperties": {
          "type": "string"
         },
         "type": "object"
        },
        "remove": {
         "items": {
          "type": "string"
         },
         "type": "array"
        },
        "set": {
         "additionalProperties": {
          "type": "string"
         },
         "type": "object"
        }
       },
       "type": "object",
       "additionalProperties": false
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "match": {
     "items": {
      "properties": {
       "authority": {
        "oneOf": [
         {
          "not": {
           "anyOf": [
            {
             "required": [
              "exact"
             ]
            },
            {
             "required": [
              "prefix"
             ]
            },
            {
             "required": [
              "regex"
             ]
            }
           ]
          }
         },
         {
          "required": [
           "exact"
          ]
         },
         {
          "required": [
           "prefix"
          ]
         },
         {
          "required": [
           "regex"
          ]
         }
        ],
        "properties": {
         "exact": {
          "type": "string"
         },
         "prefix": {
          "type": "string"
         },
         "regex": {
          "type": "string"
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "gateways": {
        "items": {
         "type": "string"
        },
        "type": "array"
       },
       "headers": {
        "additionalProperties": {
         "oneOf": [
          {
           "not": {
            "anyOf": [
             {
              "required": [
               "exact"
              ]
             },
             {
              "required": [
               "prefix"
              ]
             },
             {
              "required": [
               "regex"
              ]
             }
            ]
           }
          },
          {
           "required": [
            "exact"
           ]
          },
          {
           "required": [
            "prefix"
           ]
          },
          {
           "required": [
            "regex"
           ]
          }
         ],
         "properties": {
          "exact": {
           "type": "string"
          },
          "prefix": {
           "type": "string"
          },
          "regex": {
           "type": "string"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "type": "object"
       },
       "ignoreUriCase": {
        "type": "boolean"
       },
       "method": {
        "oneOf": [
         {
          "not": {
           "anyOf": [
            {
             "required": [
              "exact"
             ]
            },
            {
             "required": [
              "prefix"
             ]
            },
            {
             "required": [
              "regex"
             ]
            }
           ]
          }
         },
         {
          "required": [
           "exact"
          ]
         },
         {
          "required": [
           "prefix"
          ]
         },
         {
          "required": [
           "regex"
          ]
         }
        ],
        "properties": {
         "exact": {
          "type": "string"
         },
         "prefix": {
          "type": "string"
         },
         "regex": {
          "type": "string"
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "name": {
        "type": "string"
       },
       "port": {
        "maximum": 4294967295,
        "minimum": 0,
        "type": "integer"
       },
       "queryParams": {
        "additionalProperties": {
         "oneOf": [
          {
           "not": {
            "anyOf": [
             {
              "required": [
               "exact"
              ]
             },
             {
              "required": [
               "prefix"
              ]
             },
             {
              "required": [
               "regex"
              ]
             }
            ]
           }
          },
          {
           "required": [
            "exact"
           ]
          },
          {
           "required": [
            "prefix"
           ]
          },
          {
           "required": [
            "regex"
           ]
          }
         ],
         "properties": {
          "exact": {
           "type": "string"
          },
          "prefix": {
           "type": "string"
          },
          "regex": {
           "type": "string"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "type": "object"
       },
       "scheme": {
        "oneOf": [
         {
          "not": {
           "anyOf": [
            {
             "required": [
              "exact"
             ]
            },
            {
             "required": [
              "prefix"
             ]
            },
            {
             "required": [
              "regex"
             ]
            }
           ]
          }
         },
         {
          "required": [
           "exact"
          ]
         },
         {
          "required": [
           "prefix"
          ]
         },
         {
          "required": [
           "regex"
          ]
         }
        ],
        "properties": {
         "exact": {
          "type": "string"
         },
         "prefix": {
          "type": "string"
         },
         "regex": {
          "type": "string"
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "sourceLabels": {
        "additionalProperties": {
         "type": "string"
        },
        "type": "object"
       },
       "sourceNamespace": {
        "type": "string"
       },
       "statPrefix": {
        "type": "string"
       },
       "uri": {
        "oneOf": [
         {
          "not": {
           "anyOf": [
            {
             "required": [
              "exact"
             ]
            },
            {
             "required": [
              "prefix"
             ]
            },
            {
             "required": [
              "regex"
             ]
            }
           ]
          }
         },
         {
          "required": [
           "exact"
          ]
         },
         {
          "required": [
           "prefix"
          ]
         },
         {
          "required": [
           "regex"
          ]
         }
        ],
        "properties": {
         "exact": {
          "type": "string"
         },
         "prefix": {
          "type": "string"
         },
         "regex": {
          "type": "string"
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "withoutHeaders": {
        "additionalProperties": {
         "oneOf": [
          {
           "not": {
            "anyOf": [
             {
              "required": [
               "exact"
              ]
             },
             {
              "required": [
               "prefix"
              ]
             },
             {
              "required": [
               "regex"
              ]
             }
            ]
           }
          },
          {
           "required": [
            "exact"
           ]
          },
          {
           "required": [
            "prefix"
           ]
          },
          {
           "required": [
            "regex"
           ]
          }
         ],
         "properties": {
          "exact": {
           "type": "string"
          },
          "prefix": {
           "type": "string"
          },
          "regex": {
           "type": "string"
          }
         },
         "type": "object",
         "additionalProperties": false
        },
        "type": "object"
       }
      },
      "type": "object",
      "additionalProperties": false
     },
     "type": "array"
    },
    "mirror": {
     "properties": {
      "host": {
       "type": "string"
      },
      "port": {
       "properties": {
        "number": {
         "maximum": 4294967295,
         "minimum": 0,
         "type": "integer"
        }
       },
       "type": "object",
       "additionalProperties": false
      },
      "subset": {
       "type": "string"
      }
     },
     "required": [
      "host"
     ],
     "type": "object",
     "additionalProperties": false
    },
    "mirror_percent": {
     "maximum": 4294967295,
     "minimum": 0,
     "nullable": true,
     "type": "integer"
    },
    "mirrorPercent": {
     "maximum": 4294967295,
     "minimum": 0,
     "nullable": true,
     "type": "integer"
    },
    "mirrorPercentage": {
     "properties": {
      "value": {
       "format": "double",
       "type": "number"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "mirrors": {
     "items": {
      "properties": {
       "destination": {
        "properties": {
         "host": {
          "type": "string"
         },
         "port": {
          "properties": {
           "number": {
            "maximum": 4294967295,
            "minimum": 0,
            "type": "integer"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "subset": {
          "type": "string"
         }
        },
        "required": [
         "host"
        ],
        "type": "object",
        "additionalProperties": false
       },
       "percentage": {
        "properties": {
         "value": {
          "format": "double",
          "type": "number"
         }
        },
        "type": "object",
        "additionalProperties": false
       }
      },
      "required": [
       "destination"
      ],
      "type": "object",
      "additionalProperties": false
     },
     "type": "array"
    },
    "name": {
     "type": "string"
    },
    "redirect": {
     "oneOf": [
      {
       "not": {
        "anyOf": [
         {
          "required": [
           "port"
          ]
         },
         {
          "required": [
           "derivePort"
          ]
         }
        ]
       }
      },
      {
       "required": [
        "port"
       ]
      },
      {
       "required": [
        "derivePort"
       ]
      }
     ],
     "properties": {
      "authority": {
       "type": "string"
      },
      "derivePort": {
       "enum": [
        "FROM_PROTOCOL_DEFAULT",
        "FROM_REQUEST_PORT"
       ],
       "type": "string"
      },
      "port": {
       "maximum": 4294967295,
       "minimum": 0,
       "type": "integer"
      },
      "prefixRewrite": {
       "type": "string"
      },
      "redirectCode": {
       "maximum": 4294967295,
       "minimum": 0,
       "type": "integer"
      },
      "scheme": {
       "type": "string"
      },
      "uri": {
       "type": "string"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "retries": {
     "properties": {
      "attempts": {
       "format": "int32",
       "type": "integer"
      },
      "backoff": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "perTryTimeout": {
       "type": "string",
       "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
      },
      "retryIgnorePreviousHosts": {
       "nullable": true,
       "type": "boolean"
      },
      "retryOn": {
       "type": "string"
      },
      "retryRemoteLocalities": {
       "nullable": true,
       "type": "boolean"
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "rewrite": {
     "properties": {
      "authority": {
       "type": "string"
      },
      "uri": {
       "type": "string"
      },
      "uriRegexRewrite": {
       "properties": {
        "match": {
         "type": "string"
        },
        "rewrite": {
         "type": "string"
        }
       },
       "type": "object",
       "additionalProperties": false
      }
     },
     "type": "object",
     "additionalProperties": false
    },
    "route": {
     "items": {
      "properties": {
       "destination": {
        "properties": {
         "host": {
          "type": "string"
         },
         "port": {
          "properties": {
           "number": {
            "maximum": 4294967295,
            "minimum": 0,
            "type": "integer"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "subset": {
          "type": "string"
         }
        },
        "required": [
         "host"
        ],
        "type": "object",
        "additionalProperties": false
       },
       "headers": {
        "properties": {
         "request": {
          "properties": {
           "add": {
            "additionalProperties": {
             "type": "string"
            },
            "type": "object"
           },
           "remove": {
            "items": {
             "type": "string"
            },
            "type": "array"
           },
           "set": {
            "additionalProperties": {
             "type": "string"
            },
            "type": "object"
           }
          },
          "type": "object",
          "additionalProperties": false
         },
         "response": {
          "properties": {
           "add": {
            "additionalProperties": {
             "type": "string"
            },
            "type": "object"
           },
           "remove": {
            "items": {
             "type": "string"
            },
            "type": "array"
           },
           "set": {
            "additionalProperties": {
             "type": "string"
            },
            "type": "object"
           }
          },
          "type": "object",
          "additionalProperties": false
         }
        },
        "type": "object",
        "additionalProperties": false
       },
       "weight": {
        "format": "int32",
        "type": "integer"
       }
      },
      "required": [
       "destination"
      ],
      "type": "object",
      "additionalProperties": false
     },
     "type": "array"
    },
    "timeout": {
     "type": "string",
     "pattern": "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$"
    }
   },
   "type": "object",
   "additionalProperties": false
  }
 }
};
