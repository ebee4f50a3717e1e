package main

import (
	"context"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// attached are the service workers that this process has a hold on, by target.
// What is emulated for one lasts as long as the hold.
var attached sync.Map

// workers gives the service workers of the tab's browser, after waking that of
// the page: one that sleeps cannot be got hold of, and wakes for a sync.
func (tb *tab) workers() []context.Context {
	tb.t.Helper()
	const wake = `navigator.serviceWorker?.getRegistration().then((r) => r?.active?.postMessage({}) ?? true)`
	ask(tb, "wake the worker", chromedp.Evaluate[any](wake, chromedp.EvalAwaitPromise))
	targets, err := chromedp.Targets(tb.ctx)
	if err != nil {
		tb.t.Fatalf("list the targets: %v", err)
	}
	var all []context.Context
	for _, info := range targets {
		if info.Type != "service_worker" {
			continue
		}
		ctx, ok := attached.Load(info.TargetID)
		if !ok {
			made, cancel := chromedp.NewContext(tb.ctx, chromedp.WithTargetID(info.TargetID))
			tb.t.Cleanup(cancel)
			attached.Store(info.TargetID, made)
			ctx = made
		}
		all = append(all, ctx.(context.Context))
	}
	return all
}

// conditions gives the tab, and the service worker behind it, this network.
func conditions(tb *tab, c network.Conditions) {
	tb.t.Helper()
	for _, ctx := range append(tb.workers(), tb.ctx) {
		must(tb, ctx, network.Enable, network.EnableParams{})
		must(tb, ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{
			Offline: c.Offline, Latency: c.Latency, DownloadThroughput: c.DownloadThroughput, UploadThroughput: c.UploadThroughput,
		})
		must(tb, ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{&c},
		})
	}
}

// must gives a command to one target.
func must[P, R any](tb *tab, ctx context.Context, c cdp.Command[P, R], params P) {
	tb.t.Helper()
	if _, err := chromedp.Call(ctx, c, params); err != nil {
		tb.t.Fatalf("%T: %v", params, err)
	}
}

// storageClear and storageOf clear everything an origin keeps but its cookies.
var storageClear = storage.ClearDataForOrigin

func storageOf(origin string) storage.ClearDataForOriginParams {
	return storage.ClearDataForOriginParams{Origin: origin, StorageTypes: "indexeddb,local_storage,cache_storage,service_workers"}
}

// held are the service workers that this process has a hold on, asking no page.
func (tb *tab) held() []context.Context {
	tb.t.Helper()
	targets, err := chromedp.Targets(tb.ctx)
	if err != nil {
		tb.t.Fatalf("list the targets: %v", err)
	}
	var all []context.Context
	for _, info := range targets {
		if ctx, ok := attached.Load(info.TargetID); ok {
			all = append(all, ctx.(context.Context))
		}
	}
	return all
}
