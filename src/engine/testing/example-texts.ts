// The example of most tests of the whole engine: one Service and three Pods behind it.

export const MY_SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: my-service
spec:
  selector:
    app: MyApp
  ports:
    - protocol: TCP
      port: 80
      targetPort: 9376
`

export const MY_APP = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-app
spec:
  replicas: 3
  selector:
    matchLabels:
      app: MyApp
  template:
    metadata:
      labels:
        app: MyApp
    spec:
      containers:
        - name: web
          image: my-app:1.0
          ports:
            - containerPort: 9376
`

export const MY_SERVICE_AND_APP = `${MY_SERVICE}---\n${MY_APP}`
