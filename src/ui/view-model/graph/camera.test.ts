import { describe, expect, test } from 'vitest'
import { fitCamera, isInSight } from './camera.ts'

const PANE = { width: 1090, height: 600 }

describe('the camera', () => {
  test('shows what fits at 100 %', () => {
    const bounds = { x: 20, y: -40, width: 1050, height: 430 }
    const camera = fitCamera(bounds, PANE, 'across')
    expect(camera.zoom).toBe(1)
    expect(isInSight(bounds, camera, PANE)).toBe(true)
  })

  test('makes what is too high smaller until it fits', () => {
    const bounds = { x: 0, y: 0, width: 900, height: 600 }
    const camera = fitCamera(bounds, PANE, 'across')
    expect(camera.zoom).toBeCloseTo(504 / 600)
    expect(isInSight(bounds, camera, PANE)).toBe(true)
  })

  test('stops while text can be read, and shows the beginning', () => {
    const camera = fitCamera({ x: 0, y: 0, width: 1050, height: 9000 }, PANE, 'across')
    expect(camera.zoom).toBe(0.72)
    expect(camera.y).toBeGreaterThan(0)
  })

  test('shows the middle of what is too wide for a phone', () => {
    const camera = fitCamera({ x: 0, y: 0, width: 900, height: 500 }, { width: 390, height: 640 }, 'down')
    expect(camera.x).toBeLessThan(0)
    expect(camera.x + 450 * camera.zoom).toBeCloseTo(195, 0)
  })

  test('knows what is out of sight', () => {
    const camera = { x: 0, y: 0, zoom: 1 }
    expect(isInSight({ x: 0, y: 0, width: 10, height: 605 }, camera, PANE)).toBe(false)
    expect(isInSight({ x: 0, y: 0, width: 10, height: 603 }, camera, PANE)).toBe(true)
  })
})
