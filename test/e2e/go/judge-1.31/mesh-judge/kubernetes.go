package main

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// kubernetesObjects are the Services of a cluster, with the pods and endpoints that its controllers would make.
func kubernetesObjects(cluster Cluster) []runtime.Object {
	var objects []runtime.Object
	// Two Services may select one pod.
	running := map[string]bool{}
	for _, service := range cluster.Services {
		objects = append(objects, serviceObject(service), endpointsObject(service))
		for _, pod := range service.Pods {
			if key := service.Namespace + "/" + pod.Name; !running[key] {
				running[key] = true
				objects = append(objects, podObject(service, pod))
			}
		}
	}
	return objects
}

func serviceObject(service Service) *corev1.Service {
	var ports []corev1.ServicePort
	for _, port := range service.Ports {
		servicePort := corev1.ServicePort{
			Name: port.Name, Port: port.Number, TargetPort: intstr.FromInt32(port.Number), Protocol: corev1.Protocol(port.Protocol),
		}
		if port.AppProtocol != "" {
			servicePort.AppProtocol = &port.AppProtocol
		}
		ports = append(ports, servicePort)
	}
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: service.Name, Namespace: service.Namespace},
		Spec: corev1.ServiceSpec{
			ClusterIP: service.ClusterIP, ClusterIPs: []string{service.ClusterIP}, Ports: ports, Selector: map[string]string{"app": service.Name},
		},
	}
}

func endpointsObject(service Service) *discoveryv1.EndpointSlice {
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name: service.Name, Namespace: service.Namespace, Labels: map[string]string{discoveryv1.LabelServiceName: service.Name},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	for _, port := range service.Ports {
		protocol := corev1.Protocol(port.Protocol)
		slice.Ports = append(slice.Ports, discoveryv1.EndpointPort{Name: &port.Name, Port: &port.Number, Protocol: &protocol})
	}
	ready := true
	for _, pod := range service.Pods {
		if strings.Contains(pod.IP, ":") {
			slice.AddressType = discoveryv1.AddressTypeIPv6
		}
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			Addresses:  []string{pod.IP},
			Conditions: discoveryv1.EndpointConditions{Ready: &ready},
			TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: pod.Name, Namespace: service.Namespace},
		})
	}
	return slice
}

// podObject is a running pod with a sidecar: its label says that it speaks mutual TLS, without which no gateway takes it.
func podObject(service Service, pod Pod) *corev1.Pod {
	labels := map[string]string{"app": service.Name, "security.istio.io/tlsMode": "istio"}
	for key, value := range pod.Labels {
		labels[key] = value
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: service.Namespace, Labels: labels},
		Spec:       corev1.PodSpec{ServiceAccountName: pod.ServiceAccount},
		Status: corev1.PodStatus{
			Phase:      corev1.PodRunning,
			PodIP:      pod.IP,
			PodIPs:     []corev1.PodIP{{IP: pod.IP}},
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	}
}
